const scratch = new DataView(new ArrayBuffer(4))

/** Bits of the bfloat16 nearest to x (ties to even). */
export function toBfloat(x: number): number {
  scratch.setFloat32(0, x)
  const bits = scratch.getUint32(0)
  if (Number.isNaN(x)) return 0x7fc0
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff
}

/** Value of bfloat16 bits. */
export function fromBfloat(bits: number): number {
  scratch.setUint32(0, (bits << 16) >>> 0)
  return scratch.getFloat32(0)
}

/** Bits of the IEEE half nearest to x (ties to even; overflow to infinity; subnormals kept). */
export function toHalf(x: number): number {
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0
  const magnitude = Math.abs(x)
  if (Number.isNaN(x)) return 0x7e00
  if (magnitude >= 65520) return sign | 0x7c00
  // Multiplying by 2^24 makes the unit of subnormals 1; above 2^-14 the unit follows the exponent.
  const exponent = Math.max(Math.floor(Math.log2(magnitude || 1)), -14)
  const fixed = magnitude < 2 ** exponent && exponent > -14 ? exponent - 1 : exponent
  const units = roundEven(magnitude / 2 ** (fixed - 10))
  return sign | (magnitude < 2 ** -14 ? units : ((fixed + 15) << 10) + (units - 1024))
}

/** Value of half bits. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 31) return fraction ? NaN : sign * Infinity
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25)
}

function roundEven(x: number): number {
  const floor = Math.floor(x)
  const rest = x - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}
