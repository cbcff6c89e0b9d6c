import { expect, test } from 'vitest'
import { fixturePath } from '../../../../test/support/fixtures'
import { readF32 } from '../../weights/convert'
import { timLinearLayers } from '../tim/linear-layers'
import { openTim } from '../tim/load'
import type { Adapter } from './adapter'
import { createAdapter } from './create'
import { AdapterSpec } from './spec'

const { config, source } = openTim(fixturePath('tim-t2i'))
const layers = timLinearLayers(config)
const weight = (key: string) => readF32(source, `${key}.weight`)
const make = (spec: object, seed = 7): Adapter => createAdapter(AdapterSpec.parse(spec), layers, { seed, weight })
const modules = (spec: object): string[] => [...make(spec).layers.keys()]

// torch 2.15, PEFT 0.21: manual_seed(7), get_peft_model on this network.
const TORCH = {
  'x_embedder.proj.lora_A.weight': [
    [3, 8, 1, 1],
    0.23241104185581207,
    0.1251530796289444,
    0.06063363701105118,
    0.5843320931307971,
  ],
  't_embedder.mlp.0.lora_A.weight': [
    [3, 256],
    0.05298077315092087,
    -0.007811397314071655,
    0.008572705090045929,
    1.1024900302290916,
  ],
  'blocks.1.attn.qkv.lora_A.weight': [[3, 64], 0.1191609799861908, 0.03540121018886566, 0.11394977569580078, -0.6158753484487534],
  'blocks.1.mlp.fc2.lora_A.weight': [
    [2, 170],
    -0.014011758379638195,
    0.03879302740097046,
    -0.0400395467877388,
    0.11948550558554416,
  ],
} as const

test('seeded as torch seeds PEFT, bit for bit', () => {
  const targets = String.raw`x_embedder\.proj|t_embedder\.mlp\.0|blocks\.1\.(attn\.qkv|mlp\.fc2)`
  const { weights, layers: made } = make({ method: 'dora', rank: 3, alpha: 5, targets, rankPattern: { fc2: 2 } })
  for (const [key, [shape, first, second, third, sum]] of Object.entries(TORCH)) {
    const found = weights[`base_model.model.${key}`]
    expect(found?.shape, key).toEqual(shape)
    expect([...(found?.data.subarray(0, 3) ?? [])], key).toEqual([first, second, third])
    expect(
      found?.data.reduce((all, x) => all + x, 0),
      key,
    ).toBeCloseTo(sum, 5)
  }
  expect(weights['base_model.model.blocks.1.attn.qkv.lora_B.weight']?.data.every((x) => x === 0)).toBe(true)
  const magnitude = weights['base_model.model.x_embedder.proj.lora_magnitude_vector']
  expect(magnitude?.shape).toEqual([1, 64, 1, 1])
  expect(magnitude?.data[0]).toBeCloseTo(0.32596924901008606, 6)
  expect(made.get('blocks.1.mlp.fc2')?.scale).toBe(2.5)
})

test('presets name layers of the blocks', () => {
  expect(modules({ targets: { preset: 'attn' } })).toHaveLength(2 * 2)
  expect(modules({})).toHaveLength(2 * 8)
  expect(modules({ targets: { preset: 'all' } })).toHaveLength(2 * 12)
})

test('a list matches ends of names, as in PEFT; all-linear leaves the convolution out', () => {
  const found = modules({ targets: ['proj', 'blocks.0.mlp.fc2'] })
  expect(found).toEqual([
    'x_embedder.proj',
    'blocks.0.attn.proj',
    'blocks.0.cross_attn.proj',
    'blocks.0.mlp.fc2',
    'blocks.1.attn.proj',
    'blocks.1.cross_attn.proj',
  ])
  expect(modules({ targets: 'all-linear' })).toHaveLength(layers.length - 1)
})

test('rsLoRA divides by the root of the rank; patterns change rank and alpha', () => {
  const made = make({ method: 'rslora', rank: 4, alpha: 8, targets: ['qkv'], alphaPattern: { 'blocks.1.attn.qkv': 2 } }).layers
  expect([...made.values()].map(({ scale }) => scale)).toEqual([4, 1])
})

test('a target that the network lacks is refused by name', () => {
  expect(() => make({ targets: ['to_q'] })).toThrow("no layer 'to_q'")
})
