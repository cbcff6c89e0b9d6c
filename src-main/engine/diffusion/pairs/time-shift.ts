/**
 * Resolution-dependent shift of training times (TiM, arXiv 2509.04394; the released trainer has none):
 * t' = s t / (1 + (s−1) t) with s = √(tokens / base tokens). More tokens need more noise for the same loss of signal.
 * For times in [0, 1]; keeps 0 and 1.
 */
export function shiftTime(t: number, s: number): number {
  return (s * t) / (1 + (s - 1) * t)
}

/** s of `shiftTime` for a latent of `tokens` tokens, of a network whose config says `input_size` and `patch_size`. */
export function shiftOf(tokens: number, config: { readonly input_size: number; readonly patch_size: number }): number {
  return Math.sqrt(tokens) / (config.input_size / config.patch_size)
}
