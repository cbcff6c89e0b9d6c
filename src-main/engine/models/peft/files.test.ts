import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { fixturePath } from '../../../../test/support/fixtures'
import { f32, type Tensor } from '../../ir/tensor'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { timLinearLayers } from '../tim/linear-layers'
import { openTim } from '../tim/load'
import { NAMINGS } from './key-naming'
import { readAdapter } from './read-adapter'
import { writeAdapter } from './write-adapter'

const layers = timLinearLayers(openTim(fixturePath('tim-t2i')).config)
const about = {
  title: 'ink',
  base: { name: 'tiny', sha256: 'a'.repeat(64) },
  triggers: ['ink wash', 'zqx'],
  recipe: { steps: 3 },
}
let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tim-adapter-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe.each(NAMINGS)('written as %s', (naming) => {
  test.each(['lora', 'rslora', 'dora', 'ranks'])('and read again, %s is the same', async (name) => {
    const { adapter } = readAdapter(fixturePath('peft', name), layers)
    const path = join(folder, naming === 'peft' ? 'adapter' : 'adapter.safetensors')
    await writeAdapter(path, adapter, about, naming)
    const again = readAdapter(path, layers)
    expect(again.naming).toBe(naming)
    expect(again.about).toEqual(about)
    expect(again.adapter.weights).toEqual(adapter.weights)
    for (const [key, layer] of adapter.layers) {
      const { scale, ...rest } = again.adapter.layers.get(key)!
      expect(rest).toEqual((({ scale: _scale, ...others }) => others)(layer))
      expect(scale).toBeCloseTo(layer.scale, 6)
    }
  })
})

test('keys as other programs expect them', async () => {
  const { adapter } = readAdapter(fixturePath('peft', 'lora'), layers)
  const keysOf = async (naming: 'kohya' | 'diffusers'): Promise<string[]> => {
    const path = join(folder, `${naming}.safetensors`)
    await writeAdapter(path, adapter, about, naming)
    return [...openSafetensors(path).tensors.keys()].filter((key) => /0.attn.qkv/.test(key)).sort()
  }
  const stem = 'lora_unet_blocks_0_attn_qkv'
  expect(await keysOf('kohya')).toEqual([`${stem}.alpha`, `${stem}.lora_down.weight`, `${stem}.lora_up.weight`])
  const dotted = 'transformer.blocks.0.attn.qkv'
  expect(await keysOf('diffusers')).toEqual([`${dotted}.lora_A.weight`, `${dotted}.lora_B.weight`])
})

describe('refused by name', () => {
  const a = f32([2, 64], new Float32Array(128))
  const b = f32([192, 2], new Float32Array(384))
  const cases: [string, Record<string, Tensor>, string][] = [
    [
      'a layer of another network',
      { 'transformer.blocks.9.attn.to_q.lora_A.weight': a },
      "'blocks.9.attn.to_q', which the network does not have",
    ],
    ['Kohya’s layer of another network', { 'lora_unet_down_blocks_0.lora_down.weight': a }, "'down_blocks_0', which the network"],
    ['another kind of adapter', { 'lora_unet_blocks_0_attn_qkv.hada_w1_a': a }, 'which is no part of a LoRA'],
    ['a half', { 'transformer.blocks.0.attn.qkv.lora_A.weight': a }, "lacks B of 'blocks.0.attn.qkv'"],
    [
      'another width',
      {
        'transformer.blocks.0.attn.qkv.lora_A.weight': f32([2, 32], new Float32Array(64)),
        'transformer.blocks.0.attn.qkv.lora_B.weight': b,
      },
      "A of 'blocks.0.attn.qkv' of shape (2, 32); the network needs (2, 64)",
    ],
    ['an empty file', {}, 'holds no adapter'],
  ]
  test.each(cases)('%s', async (_name, tensors, message) => {
    const path = join(folder, 'wrong.safetensors')
    await writeSafetensors(path, tensors)
    expect(() => readAdapter(path, layers)).toThrow(message)
  })
})
