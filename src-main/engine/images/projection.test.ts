import { expect, test } from 'vitest'
import { f32 } from '../ir/tensor'
import { picture } from './picture'
import { fitProjection, project, type LatentPair } from './projection'

/** Numbers that look like chance and are always the same. */
function numbers(count: number, seed: number): Float32Array {
  let state = seed
  return Float32Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return (state / 2 ** 31) * 2 - 1
  })
}

/** A decoder that is linear: 2 × 2 parts of 2 pixels for each cell, in whole colour levels. */
function pair(seed: number): LatentPair {
  const [height, width] = [3, 5]
  const latent = f32([1, 2, height, width], numbers(2 * height * width, seed))
  const rgb = new Uint8Array(height * width * 16 * 3)
  for (let y = 0; y < height * 4; y++) {
    for (let x = 0; x < width * 4; x++) {
      const cell = Math.floor(y / 4) * width + Math.floor(x / 4)
      const part = Math.floor((y % 4) / 2) * 2 + Math.floor((x % 4) / 2)
      const [a = 0, b = 0] = [latent.data[cell], latent.data[height * width + cell]]
      for (let c = 0; c < 3; c++) rgb[(y * width * 4 + x) * 3 + c] = Math.round(128 + 40 * a * (c - 1) + 10 * b * (part - 1.5))
    }
  }
  return { latent, picture: picture(width * 4, height * 4, rgb) }
}

test('finds what a linear decoder does, down to the rounding of its levels', () => {
  const projection = fitProjection([pair(1), pair(2), pair(3)], 2)
  expect([projection.channels, projection.detail, projection.weights.length]).toEqual([2, 2, 36])
  const other = pair(9)
  const shown = project(projection, other.latent)
  expect([shown.width, shown.height]).toEqual([10, 6])
  for (let y = 0; y < 6; y++) {
    for (let x = 0; x < 30; x++) {
      const level = other.picture.rgb[y * 2 * 60 + Math.floor(x / 3) * 6 + (x % 3)] ?? NaN
      expect(Math.abs((shown.rgb[y * 30 + x] ?? NaN) - level)).toBeLessThanOrEqual(2)
    }
  }
})

test('a channel that never changes does not upset the fit', () => {
  const { latent, picture: seen } = pair(4)
  const still = f32([1, 3, 3, 5], Float32Array.from([...latent.data, ...new Float32Array(15)]))
  const { weights } = fitProjection([{ latent: still, picture: seen }], 1)
  expect([...weights].every(Number.isFinite)).toBe(true)
})

test('levels beyond black and white are cut off', () => {
  const shown = project(
    { channels: 1, detail: 1, weights: Float32Array.of(1000, 0, -1000, 0, 128, 0) },
    f32([1, 1, 1, 1], Float32Array.of(1)),
  )
  expect([...shown.rgb]).toEqual([255, 128, 0])
})
