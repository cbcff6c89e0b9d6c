/**
 * Philox4x32-10, a counter-based generator: ten rounds of a keyed bijection turn (key, counter) into four independent 32-bit
 * words, in any order and on any device. Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */

const MULTIPLIER_0 = 0xd2511f53
const MULTIPLIER_1 = 0xcd9e8d57
const WEYL_0 = 0x9e3779b9
const WEYL_1 = 0xbb67ae85
const ROUNDS = 10

/** Counter of a block: four 32-bit words, low word first. */
export type Counter = readonly [number, number, number, number]

/** Low and high 32 bits of an integer 0 … 2^53 − 1. */
export function words(value: number): readonly [number, number] {
  return [value >>> 0, Math.floor(value / 2 ** 32) >>> 0]
}

/** Writes the four words of block `counter` under the 64-bit key (low, high) to `out`. */
export function philox(key: readonly [number, number], counter: Counter, out: Uint32Array): void {
  let [x0, x1, x2, x3] = counter
  let [k0, k1] = key
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(x0, MULTIPLIER_0 & 0xffff, MULTIPLIER_0 >>> 16)
    const high1 = multiplyHigh(x2, MULTIPLIER_1 & 0xffff, MULTIPLIER_1 >>> 16)
    const low0 = Math.imul(MULTIPLIER_0, x0) >>> 0
    const low1 = Math.imul(MULTIPLIER_1, x2) >>> 0
    x0 = (high1 ^ x1 ^ k0) >>> 0
    x1 = low1
    x2 = (high0 ^ x3 ^ k1) >>> 0
    x3 = low0
    k0 = (k0 + WEYL_0) >>> 0
    k1 = (k1 + WEYL_1) >>> 0
  }
  out[0] = x0
  out[1] = x1
  out[2] = x2
  out[3] = x3
}

/** Bits 32–63 of a · (bHigh·2¹⁶ + bLow): products of 32 by 16 bits are exact in float64, the whole would not be. */
function multiplyHigh(a: number, bLow: number, bHigh: number): number {
  return Math.floor((a * bHigh + Math.floor((a * bLow) / 0x10000)) / 0x10000)
}
