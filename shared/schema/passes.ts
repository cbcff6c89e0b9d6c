import type { Guidance } from './recipe'

/**
 * Network passes of a drawing on the even time grid 1 → 0: two at each step that guidance acts on (strength above 1 and
 * low < t < high), one at the others. With guidance on 0–1 the first step, t = 1, is not guided: n steps cost 2n − 1.
 * A drawing that continues from a state begins at a `share` of the time below 1.
 */
export function passesOf(steps: number, cfg: Guidance, share = 1): number {
  if (cfg.scale <= 1) return steps
  let passes = 0
  for (let index = 0; index < steps; index++) {
    const t = share * (1 - index / steps)
    passes += cfg.low < t && t < cfg.high ? 2 : 1
  }
  return passes
}
