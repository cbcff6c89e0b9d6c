interface Steps {
  /** Which picture of its job. */
  readonly picture: number
  readonly done: number
  readonly of: number
}

/** How far a job is, in words: "step 3 of 8", "picture 2 of 4 · step 3 of 8". */
export function progressLine(count: number, forming: Steps | undefined): string {
  if (forming === undefined) return 'starting'
  const step = forming.of === 0 ? 'starting' : `step ${forming.done} of ${forming.of}`
  return count === 1 ? step : `picture ${forming.picture + 1} of ${count} · ${step}`
}

/** The part of a job that is done, 0…1. */
export function progressShare(count: number, forming: Steps | undefined): number {
  if (forming === undefined) return 0
  return (forming.picture + (forming.of === 0 ? 0 : forming.done / forming.of)) / count
}
