import { expect, test } from 'vitest'
import { dropoutMasks, maskName } from './dropout'

const shapes = new Map([
  ['blocks.0.attn.qkv', ['b', 'n', 64]],
  ['blocks.1.attn.qkv', ['b', 'n', 64]],
])
const masks = (samples: readonly number[], seed = 1, rate = 0.25): Record<string, Float32Array> =>
  Object.fromEntries(
    Object.entries(dropoutMasks(shapes, rate, { seed, samples }, { n: 100 })).map(([name, { data }]) => [name, data]),
  )
const [first, second] = ['blocks.0.attn.qkv', 'blocks.1.attn.qkv'].map(maskName) as [string, string]

test('leaves out the share asked for, and keeps the mean', () => {
  const mask = masks([0, 1, 2])[first]!
  const kept = mask.filter((value) => value > 0)
  expect(1 - kept.length / mask.length).toBeCloseTo(0.25, 1)
  expect(new Set(kept)).toEqual(new Set([Math.fround(1 / 0.75)]))
})

test('a sample has its mask wherever it stands; steps, samples and layers have their own', () => {
  const size = 100 * 64
  const both = masks([7, 3])
  expect(masks([3])[first]).toEqual(both[first]!.slice(size))
  expect(both[first]!.slice(0, size)).not.toEqual(both[first]!.slice(size))
  expect(both[first]).not.toEqual(both[second])
  expect(masks([7, 3], 2)[first]).not.toEqual(both[first])
})

test('without a rate nothing is left out', () => {
  expect(masks([0], 1, 0)[first]!.every((value) => value === 1)).toBe(true)
})
