import { duration } from './duration'

/** What a number of steps is good for, from the fewest up: a line holds from its number to the next one's. */
const GOOD_FOR: readonly (readonly [from: number, words: string])[] = [
  [1, 'a sketch'],
  [2, 'a draft'],
  [4, 'clear'],
  [8, 'good'],
  [16, 'fine'],
  [32, 'finer'],
  [64, 'very fine'],
  [128, 'finest'],
]

/** The line under the steps slider: "1 step: a sketch in 0.1 s", "8 steps: good, about 0.3 s". */
export function stepsLine(steps: number, expectedMs: number | undefined): string {
  const words = GOOD_FOR.findLast(([from]) => from <= steps)?.[1] ?? 'a sketch'
  const head = `${stepsCount(steps)}: ${words}`
  if (expectedMs === undefined) return head
  return steps === 1 ? `${head} in ${duration(expectedMs)}` : `${head}, about ${duration(expectedMs)}`
}

/** "1 step", "8 steps". */
export function stepsCount(steps: number): string {
  return steps === 1 ? '1 step' : `${steps} steps`
}
