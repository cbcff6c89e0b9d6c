import type { DatasetReport } from '#shared/schema/dataset'
import type { RunEstimate } from '#shared/schema/run'
import { duration } from './step-teller'

/** What a look at a folder found, in lines for a reader. */
export function reportLines({ pictures, skipped, buckets, counts, notes }: DatasetReport): string[] {
  const sizes = buckets.map(({ width, height, pictures: count }) => `${count} at ${width}×${height}`).join(', ')
  const held = counts.heldOut > 0 ? `, ${counts.heldOut} held out` : ''
  const problems = pictures.flatMap(({ file, problems: found }) => found.map(({ reason }) => `  ${file}: ${reason}`))
  return [
    `${counts.pictures} pictures, ${counts.samples} samples an epoch${held}: ${sizes}`,
    ...skipped.map(({ file, problem }) => `left out: ${file}: ${problem.reason}`),
    ...(problems.length > SHOWN
      ? [...problems.slice(0, SHOWN), `  … and ${problems.length - SHOWN} more (--dry-run lists them all)`]
      : problems),
    ...notes,
  ]
}

/** Problems that are told before the reader is sent to the whole report. */
const SHOWN = 12

/** Bytes as a person says them. */
export function bytes(count: number): string {
  return count >= 1e9 ? `${(count / 1e9).toFixed(1)} GB` : `${Math.round(count / 1e6)} MB`
}

/** What a run is expected to need, in lines for a reader. */
export function estimateLines({ bytes: needed, freeBytes, secondsPerStep, seconds }: RunEstimate): string[] {
  const memory = `memory: about ${bytes(needed)} of ${bytes(freeBytes)} that are free`
  if (seconds === null || secondsPerStep === null) return [memory]
  return [memory, `time: about ${duration(seconds)}, ${secondsPerStep.toFixed(2)} s a step`]
}

/** What encoded pictures and captions take on disk. */
export function cacheLine(cache: { readonly bytes: number; readonly removed: number; readonly limit: number }): string {
  const removed = cache.removed > 0 ? `; ${bytes(cache.removed)} that were not used for longest are removed` : ''
  return `encoded on disk: ${bytes(cache.bytes)} of at most ${bytes(cache.limit)}${removed}`
}
