/** States of a trajectory that are shown and kept. */
export const MOST_KEPT = 32

/**
 * Which steps of a path are shown and kept: all up to 32; beyond, 32 of them, close together at the beginning, where the picture
 * takes shape, and farther apart later (evenly in the logarithm of the step). The last one is always among them.
 */
export function keptSteps(steps: number): ReadonlySet<number> {
  if (steps <= MOST_KEPT) return new Set(Array.from({ length: steps }, (_, index) => index))
  const kept = new Set<number>()
  let index = 0
  for (let left = MOST_KEPT; left > 0; left--) {
    kept.add(index)
    // The ratio that leads from here to the last step in as many strides as are left; at least one step each.
    const ratio = left > 1 ? (steps / (index + 1)) ** (1 / (left - 1)) : 1
    index = Math.min(steps - 1, Math.max(index + 1, Math.round((index + 1) * ratio) - 1))
  }
  return kept
}
