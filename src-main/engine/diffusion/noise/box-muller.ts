const TO_UNIT = 2 ** -32

/**
 * Two standard normals from two 32-bit words: r = √(−2 ln u₁), r cos 2πu₂ and r sin 2πu₂, with u₁ = (w+1)/2³² in (0, 1] and
 * u₂ = w/2³² in [0, 1). Float64; |normal| ≤ 6.67.
 */
export function boxMuller(w0: number, w1: number): readonly [number, number] {
  const radius = Math.sqrt(-2 * Math.log((w0 + 1) * TO_UNIT))
  const angle = 2 * Math.PI * (w1 * TO_UNIT)
  return [radius * Math.cos(angle), radius * Math.sin(angle)]
}

/** Fills `out` with the normals of whole blocks of four words, two pairs a block; `nextBlock` provides each in `block`. */
export function fillNormals(out: Float32Array, block: Uint32Array, nextBlock: (index: number) => void): void {
  for (let i = 0; i < out.length; i += 4) {
    nextBlock(i / 4)
    const [a, b] = boxMuller(block[0] ?? 0, block[1] ?? 0)
    const [c, d] = boxMuller(block[2] ?? 0, block[3] ?? 0)
    // Writes beyond the end of a typed array do nothing.
    out[i] = a
    out[i + 1] = b
    out[i + 2] = c
    out[i + 3] = d
  }
}
