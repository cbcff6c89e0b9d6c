/**
 * The 16-bit floats as bit patterns. IEEE 754 binary16 (f16: 1+5+10 bits) and bfloat16 (bf16: the upper half of f32).
 * Narrowing rounds to nearest, ties to even, as hardware and PyTorch do; subnormals, infinities and NaN survive.
 */

const scratch = new Float32Array(1)
const scratchBits = new Uint32Array(scratch.buffer)

const INFINITY_F32 = 0x7f80_0000
/** 2⁻¹⁴, the smallest normal f16. */
const SMALLEST_NORMAL = 0x3880_0000
/** 2¹⁶, from which on everything is infinite. */
const OVERFLOW = 0x4780_0000

/** The f32 with the given bits → the nearest f16. */
function toHalf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000
  const magnitude = bits & 0x7fff_ffff
  if (magnitude > INFINITY_F32) return sign | 0x7e00 | ((magnitude >>> 13) & 0x3ff)
  if (magnitude >= OVERFLOW) return sign | 0x7c00
  if (magnitude < SMALLEST_NORMAL) {
    // Adding 0.5 brings the last bit of a subnormal f16 (2⁻²⁴) to the last bit of f32: the addition rounds as we need.
    scratchBits[0] = magnitude
    scratch[0] = scratch[0]! + 0.5
    return sign | (scratchBits[0]! - 0x3f00_0000)
  }
  // Re-bias the exponent (15 − 127), then round half to even on the 13 bits that go; a carry rightly raises the exponent.
  const rounded = magnitude - 0x3800_0000 + 0xfff + ((magnitude >>> 13) & 1)
  return sign | (rounded >>> 13)
}

/** f32 bits of each of the 65,536 f16 patterns, made at first use. */
let wide: Uint32Array | undefined

function wideTable(): Uint32Array {
  if (wide) return wide
  wide = new Uint32Array(0x1_0000)
  for (let half = 0; half < 0x1_0000; half++) {
    const sign = (half & 0x8000) << 16
    const exponent = (half >>> 10) & 0x1f
    const fraction = half & 0x3ff
    if (exponent === 0) {
      scratch[0] = fraction * 2 ** -24
      wide[half] = (sign | scratchBits[0]!) >>> 0
    } else wide[half] = (sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13)) >>> 0
  }
  return wide
}

/** Bits of an f32 array; a copy only where its place in the buffer is unaligned, which it never is. */
function bitsOf(values: Float32Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length)
}

/** f32 → f16, rounded to nearest even; beyond 65,519 infinite. */
export function f32ToF16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = bitsOf(values)
  const out = new Uint16Array(values.length)
  for (let i = 0; i < out.length; i++) out[i] = toHalf(bits[i]!)
  return out
}

/** f16 → f32, exact. */
export function f16ToF32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const table = wideTable()
  const out = new Float32Array(halves.length)
  const bits = bitsOf(out)
  for (let i = 0; i < halves.length; i++) bits[i] = table[halves[i]!]!
  return out
}

/** f32 → bf16, rounded to nearest even. */
export function f32ToBf16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = bitsOf(values)
  const out = new Uint16Array(values.length)
  for (let i = 0; i < out.length; i++) {
    const word = bits[i]!
    const isNaN = (word & 0x7fff_ffff) > INFINITY_F32
    out[i] = isNaN ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16
  }
  return out
}

/** bf16 → f32, exact. */
export function bf16ToF32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(halves.length)
  const bits = bitsOf(out)
  for (let i = 0; i < halves.length; i++) bits[i] = halves[i]! << 16
  return out
}
