import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../test/support/mutate'
import { bf16ToF32, f16ToF32, f32ToBf16, f32ToF16 } from './half'

/** The value of an f16 pattern by its definition. */
function valueOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >>> 10) & 0x1f
  const fraction = half & 0x3ff
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15))
}

const every = Uint16Array.from({ length: 0x1_0000 }, (_, i) => i)

describe('f16', () => {
  it('widens every pattern to its defined value', () => {
    const wide = f16ToF32(every)
    expect([...every].filter((half) => !Object.is(wide[half], valueOf(half)))).toEqual([])
  })

  it('gives every pattern back, NaN payloads quietened', () => {
    const back = f32ToF16(f16ToF32(every))
    const expected = every.map((half) => ((half & 0x7fff) > 0x7c00 ? half | 0x200 : half))
    expect(back).toEqual(expected)
  })

  it('rounds halfway cases to even and all else to the nearest', () => {
    const wrong: number[] = []
    for (let half = 0; half < 0x7bff; half++) {
      const low = valueOf(half)
      const high = valueOf(half + 1)
      const middle = (low + high) / 2
      const gap = (high - low) / 8
      const [below, at, above] = f32ToF16(Float32Array.of(middle - gap, middle, middle + gap))
      const even = half % 2 === 0 ? half : half + 1
      if (below !== half || at !== even || above !== half + 1) wrong.push(half)
    }
    expect(wrong).toEqual([])
  })

  it('overflows to infinity from 65,520 on, underflows to signed zero', () => {
    expect([...f32ToF16(Float32Array.of(65519.996, 65520, 1e30, -1e30, 2 ** -25, 2 ** -24 * 0.51, -1e-30))]).toEqual([
      0x7bff, 0x7c00, 0x7c00, 0xfc00, 0, 1, 0x8000,
    ])
  })
})

describe('bf16', () => {
  it('gives every pattern back', () => {
    const back = f32ToBf16(bf16ToF32(every))
    expect(back).toEqual(every.map((half) => ((half & 0x7fff) > 0x7f80 ? half | 0x40 : half)))
  })

  it('rounds to nearest even', () => {
    const bits = Uint32Array.of(0x3f80_8000, 0x3f81_8000, 0x3f80_8001, 0x3f80_7fff, 0x7f7f_ffff, 0x0000_8000, 0x0001_8000)
    expect([...f32ToBf16(new Float32Array(bits.buffer))]).toEqual([0x3f80, 0x3f82, 0x3f81, 0x3f80, 0x7f80, 0, 2])
  })

  it('errs by at most 2⁻⁸ of the value', () => {
    const random = seededRandom(3)
    const values = Float32Array.from({ length: 1000 }, () => (random() - 0.5) * 2 ** (random() * 60 - 30))
    bf16ToF32(f32ToBf16(values)).forEach((x, i) =>
      expect(Math.abs(x - values[i]!)).toBeLessThanOrEqual(Math.abs(values[i]!) * 2 ** -8),
    )
  })
})
