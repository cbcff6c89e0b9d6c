import { describe, expect, it } from 'vitest'
import { leadingEigenvectors, principalPatches, type Moments } from './principal-patches'
import { SmallRandom } from './random'

describe('leadingEigenvectors', () => {
  it('finds the axes of a diagonal matrix, largest first', () => {
    const { vectors, values } = leadingEigenvectors(Float64Array.of(1, 0, 0, 0, 9, 0, 0, 0, 4), 3, 2)
    expect([...values].map((v) => Number(v.toFixed(6)))).toEqual([9, 4])
    expect([...vectors].map((v) => Math.abs(Math.round(v)))).toEqual([0, 1, 0, 0, 0, 1])
  })
})

describe('principalPatches', () => {
  // Patches of four numbers that vary along two directions around a mean.
  const random = new SmallRandom(1)
  const moments: Moments = { count: 2000, sum: new Float64Array(4), products: new Float64Array(16) }
  const patches = Array.from({ length: 2000 }, () => {
    const [u, v] = [3 * random.normal(), random.normal()]
    return [1 + u, 2 + u, 3 + v, 4 - v]
  })
  for (const patch of patches) {
    patch.forEach((x, i) => {
      moments.sum[i] = (moments.sum[i] ?? 0) + x
      patch.forEach((y, j) => (moments.products[4 * i + j] = (moments.products[4 * i + j] ?? 0) + x * y))
    })
  }
  const { encoder, decoder } = principalPatches(moments, 2)
  const weight = (part: typeof encoder, row: number, column: number, width: number): number =>
    part['patch.weight']?.data[row * width + column] ?? NaN
  const encode = (patch: readonly number[]): number[] =>
    [0, 1].map((c) => patch.reduce((sum, x, i) => sum + x * weight(encoder, c, i, 4), encoder['patch.bias']?.data[c] ?? 0))
  const decode = (latent: readonly number[]): number[] =>
    [0, 1, 2, 3].map((i) => latent.reduce((sum, z, c) => sum + z * weight(decoder, i, c, 2), decoder['patch.bias']?.data[i] ?? 0))

  it('gives back what lies in its components', () => {
    for (const patch of patches.slice(0, 20)) decode(encode(patch)).forEach((x, i) => expect(x).toBeCloseTo(patch[i] ?? NaN, 3))
  })

  it('centres latents and scales each to its spread to the power 0.4', () => {
    const latents = patches.map(encode)
    ;[Math.sqrt(2) * 3, Math.sqrt(2)].forEach((spread, c) => {
      const values = latents.map((latent) => latent[c] ?? NaN)
      const mean = values.reduce((sum, x) => sum + x, 0) / values.length
      const std = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length)
      expect(Math.abs(mean)).toBeLessThan(1e-4)
      expect(std / spread ** 0.4).toBeGreaterThan(0.96)
      expect(std / spread ** 0.4).toBeLessThan(1.04)
    })
  })
})
