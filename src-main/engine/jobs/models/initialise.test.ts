import { expect, it } from 'vitest'
import { join } from 'node:path'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { sha256Of } from '../../files/file-identity'
import { DcAeConfig } from '../../models/dc-ae/config'
import { dcAeParameters } from '../../models/dc-ae/parameters'
import { TimConfig } from '../../models/tim/config'
import { timParameters } from '../../models/tim/parameters'
import { openSafetensors } from '../../weights/safetensors'
import { autoencoderStart, gemma3Start, startingTensors, timStart } from './initialise'
import { RandomNumbers } from './random-numbers'
import { writeWeights } from './write-component'

const folder = temporaryFolder()
const config = TimConfig.parse({
  input_size: 4,
  patch_size: 1,
  in_channels: 8,
  depth: 2,
  hidden_size: 128,
  cap_feat_dim: 48,
  num_heads: 4,
  qk_norm: true,
  use_new_embed: true,
  distance_aware: true,
})

/** Mean, standard deviation and largest absolute value. */
function spread(values: ArrayLike<number>): { readonly mean: number; readonly deviation: number; readonly most: number } {
  const all = Array.from(values)
  const mean = all.reduce((sum, x) => sum + x, 0) / all.length
  const deviation = Math.sqrt(all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length)
  return { mean, deviation, most: all.reduce((most, x) => Math.max(most, Math.abs(x)), 0) }
}

it('draws numbers that are uniform, and normal ones with the moments of a Gaussian', () => {
  const numbers = new Float32Array(200_001)
  new RandomNumbers(1, 'a').uniform(numbers, 3)
  expect(spread(numbers).mean).toBeCloseTo(0, 1)
  expect(spread(numbers).deviation).toBeCloseTo(3 / Math.sqrt(3), 1)
  expect(spread(numbers).most).toBeLessThanOrEqual(3)
  new RandomNumbers(1, 'b').normal(numbers, 2)
  const { mean, deviation, most } = spread(numbers)
  expect(Math.abs(mean)).toBeLessThan(0.02)
  expect(deviation).toBeCloseTo(2, 1)
  expect(most).toBeGreaterThan(8)
  const within = numbers.filter((x) => Math.abs(x) < 2).length / numbers.length
  expect(within).toBeCloseTo(0.6827, 2)
})

it('begins a TiM network as released, its zero layers at N(0, 0.02²)', async () => {
  const tensors = startingTensors(timParameters(config, { projector: true }), timStart, 5)
  const { sha256 } = await writeWeights(folder, tensors, {})
  const path = join(folder, 'model.safetensors')
  expect(await sha256Of(path)).toBe(sha256)
  const weights = openSafetensors(path)
  const of = (key: string) => spread(weights.read(key).data as Float32Array)
  // Xavier: √(6 / (in + out)).
  expect(of('blocks.0.attn.qkv.weight').most).toBeCloseTo(Math.sqrt(6 / (128 + 384)), 3)
  expect(of('delta_embedder.mlp.0.weight').most).toBeCloseTo(Math.sqrt(6 / (256 + 128)), 3)
  expect(of('x_embedder.proj.weight').most).toBeCloseTo(Math.sqrt(6 / (8 + 128)), 2)
  for (const narrow of [
    't_embedder.mlp.2.weight',
    'y_embedder.mlp.fc2.weight',
    'blocks.1.adaLN_modulation.fc2.weight',
    'final_layer.linear.bias',
  ]) {
    expect(of(narrow).deviation, narrow).toBeGreaterThan(0.01)
    expect(of(narrow).deviation, narrow).toBeLessThan(0.03)
  }
  expect(of('blocks.0.attn.q_norm.weight')).toEqual({ mean: 1, deviation: 0, most: 1 })
  expect(of('blocks.0.attn.proj.bias').most).toBe(0)
})

it('gives each tensor numbers of its own, the same for the same seed', () => {
  const shapes = new Map([
    ['a.weight', [64, 64]],
    ['b.weight', [64, 64]],
  ])
  const bytes = (seed: number, key: string): Buffer =>
    Buffer.concat([...(startingTensors(shapes, gemma3Start, seed).get(key)?.pieces() ?? [])])
  expect(bytes(1, 'a.weight')).toEqual(bytes(1, 'a.weight'))
  expect(bytes(1, 'a.weight')).not.toEqual(bytes(1, 'b.weight'))
  expect(bytes(1, 'a.weight')).not.toEqual(bytes(2, 'a.weight'))
})

it('begins autoencoders as PyTorch does: within 1/√(inputs), norms at their identity', () => {
  const parameters = dcAeParameters(DcAeConfig.parse({ upsample_block_type: 'interpolate', downsample_block_type: 'Conv' }))
  const start = autoencoderStart(parameters)
  const at = (key: string) => start(key, parameters.get(key) ?? [])
  expect(at('decoder.conv_in.weight')).toEqual({ is: 'uniform', bound: 1 / Math.sqrt(32 * 9) })
  expect(at('decoder.conv_in.bias')).toEqual({ is: 'uniform', bound: 1 / Math.sqrt(32 * 9) })
  expect(at('decoder.norm_out.weight')).toEqual({ is: 'constant', value: 1 })
  expect(at('encoder.down_blocks.3.0.attn.norm_out.bias')).toEqual({ is: 'constant', value: 0 })
})
