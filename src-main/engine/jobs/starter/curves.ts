import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Lines of a log that are kept in curves.json. */
const LINES = 60

/** The logs of the trainings, thinned: for each training an array of log lines. */
export function readCurves(runs: string): Readonly<Record<string, readonly object[]>> {
  const curves: Record<string, readonly object[]> = {}
  for (const name of ['evaluator', 'decoder', 'tim', 'decoder-final']) {
    const path = join(runs, `${name}.log.jsonl`)
    if (!existsSync(path)) continue
    const lines = readFileSync(path, 'utf8').trim().split('\n')
    const step = Math.max(1, Math.ceil(lines.length / LINES))
    // Counted from the end, so that the last line is always there.
    curves[name] = lines.filter((_, i) => (lines.length - 1 - i) % step === 0).map((line) => JSON.parse(line) as object)
  }
  return curves
}
