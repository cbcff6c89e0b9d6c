/** The marks under the steps slider. */
export const STEP_MARKS = [1, 2, 4, 8, 16, 32, 64, 128] as const

/** Steps at the slider's right end; more can be typed. */
const SLIDER_MAX_STEPS = 128

/** Most steps that can be typed. */
export const MAX_STEPS = 1000

/** Positions per doubling: the slider stands on whole numbers only, so that finer positions make no difference. */
const PER_OCTAVE = 100

/** The slider's last position; its first is 0. */
export const STEPS_SLIDER_MAX = Math.log2(SLIDER_MAX_STEPS) * PER_OCTAVE

/** The slider's position of a number of steps: equal distance for equal factors; beyond 128 the right end. */
export function positionOfSteps(steps: number): number {
  return Math.min(STEPS_SLIDER_MAX, Math.log2(steps) * PER_OCTAVE)
}

/** The whole number of steps nearest to a slider position. */
export function stepsAtPosition(position: number): number {
  return Math.round(2 ** (position / PER_OCTAVE))
}

/** The number one key press away: the next whole number up to 8, then along the marks' quarters, so that no press is without effect. */
export function stepsAfterKey(steps: number, direction: 1 | -1): number {
  const stride = Math.max(1, 2 ** (Math.floor(Math.log2(direction > 0 ? steps : steps - 1)) - 2))
  const next = direction > 0 ? (Math.floor(steps / stride) + 1) * stride : (Math.ceil(steps / stride) - 1) * stride
  return Math.min(SLIDER_MAX_STEPS, Math.max(1, next))
}

/** What was typed, as a number of steps; undefined when it is none. */
export function parseSteps(text: string): number | undefined {
  if (!/^\s*\d+\s*$/.test(text)) return undefined
  const steps = Number(text)
  return steps >= 1 && steps <= MAX_STEPS ? steps : undefined
}
