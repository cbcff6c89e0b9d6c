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
