import { RECIPE_LIMITS, type Guidance } from '#shared/schema/recipe'

/** How many of `steps` equal steps from `from` down to 0 are guided: those that start strictly inside (low, high), when the strength is above 1. */
export function guidedSteps(steps: number, { scale, low, high }: Guidance, from = 1): number {
  if (scale <= 1) return 0
  let guided = 0
  for (let i = 0; i < steps; i++) {
    const t = from * (1 - i / steps)
    if (low < t && t < high) guided++
  }
  return guided
}

/** Times the network is run for a picture: once a step, twice in guided steps. */
export function networkPasses(steps: number, guidance: Guidance): number {
  return steps + guidedSteps(steps, guidance)
}

/** Why guidance has no effect at these settings; undefined when it has one. */
export function whyUnguided(steps: number, guidance: Guidance, from = 1): string | undefined {
  if (guidance.scale <= 1 || guidedSteps(steps, guidance, from) > 0) return undefined
  if (steps === 1 && from === 1 && guidance.high <= 1) return 'Guidance starts at the second step.'
  return 'No step starts inside this interval.'
}

/** What was typed as a strength, to two decimals; undefined when it is none. */
export function parseScale(text: string): number | undefined {
  const scale = /^\s*\d+([.,]\d+)?\s*$/.test(text) ? Number(text.replace(',', '.')) : NaN
  return scale >= 0 && scale <= RECIPE_LIMITS.cfgScale ? Math.round(scale * 100) / 100 : undefined
}
