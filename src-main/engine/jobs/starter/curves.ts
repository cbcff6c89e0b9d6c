import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Lines of a log that are kept in curves.json. */
const LINES = 60
/** Where each training writes its log. */
const LOGS = [
  'evaluator.log.jsonl',
  'decoder.log.jsonl',
  join('tim-flow', 'metrics.jsonl'),
  join('tim-transition', 'metrics.jsonl'),
  'decoder-final.log.jsonl',
] as const

/** The logs of the trainings, thinned: for each training an array of log lines. */
export function readCurves(runs: string): Readonly<Record<string, readonly object[]>> {
  const curves: Record<string, readonly object[]> = {}
  for (const log of LOGS) {
    const path = join(runs, log)
    if (!existsSync(path)) continue
    const lines = readFileSync(path, 'utf8').trim().split('\n')
    const step = Math.max(1, Math.ceil(lines.length / LINES))
    // Counted from the end, so that the last line is always there.
    curves[log] = lines.filter((_, i) => (lines.length - 1 - i) % step === 0).map((line) => JSON.parse(line) as object)
  }
  return curves
}
