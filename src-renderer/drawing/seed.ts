/** Seeds that the studio draws stay short enough to be read out; any whole number up to 2^53 − 1 can be typed. */
const ROLLED_SEEDS = 1_000_000_000

/** A seed by chance. `random` gives numbers in [0, 1). */
export function rollSeed(random: () => number = Math.random): number {
  return Math.floor(random() * ROLLED_SEEDS)
}

/** The seed of the next picture: an unlocked seed that was drawn already is rolled anew, one that was typed or recalled is used once. */
export function nextSeed(seed: number, locked: boolean, drawn: number | undefined, random?: () => number): number {
  return !locked && seed === drawn ? rollSeed(random) : seed
}

/** What was typed, as a seed; undefined when it is none. */
export function parseSeed(text: string): number | undefined {
  if (!/^\s*\d+\s*$/.test(text)) return undefined
  const seed = Number(text)
  return Number.isSafeInteger(seed) ? seed : undefined
}
