import { openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { seededRandom } from '../support/mutate'
import { canMeasure, growth } from './growth'
import { readers } from './readers'

/**
 * Runs a reader over damaged files in a process of its own (`node --expose-gc child.mjs READER SEED ROUNDS FOLDER`), so that crashes and
 * hangs are seen from outside. The round at work stands in FOLDER/round; a JSON object on standard output says how it went.
 */
const [, , name = '', seed = '', rounds = '', folder = ''] = process.argv
const reader = readers[name]
if (!reader) throw new Error(`there is no reader ${name}`)

/** What the process may need for itself while it reads, beside the file: measured at up to 2 MB. */
const NOISE = 6 * 1024 * 1024

interface Worst {
  readonly round: number
  readonly bytes: number
  readonly value: number
}

await reader.prepare(folder)
const mark = openSync(join(folder, 'round'), 'w')
const failures: string[] = []
let [refused, slowest, largest] = [
  0,
  { round: -1, bytes: 0, value: 0 } as Worst,
  { round: -1, bytes: 0, value: -Infinity } as Worst,
]

/** Reads once. An error must be one with a remedy. */
function attempt(round: number): void {
  try {
    reader?.read(folder)
  } catch (error) {
    if (error instanceof Error && 'remedy' in error && 'code' in error) refused++
    else failures.push(`round ${round}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
  }
}

for (let round = -1; round < Number(rounds) && failures.length < 5; round++) {
  writeSync(mark, String(round).padEnd(12), 0)
  const bytes = reader.damage(folder, seededRandom(Number(seed) * 1_000_003 + round))
  const start = performance.now()
  const grown = growth(() => attempt(round))
  const took = performance.now() - start
  // The first round warms up.
  if (round < 0) {
    refused = 0
    continue
  }
  if (took > slowest.value) slowest = { round, bytes, value: took }
  const over = grown - 2 * bytes
  if (over > largest.value) largest = { round, bytes, value: over }
  if (over > NOISE) failures.push(`round ${round}: ${grown} bytes of memory for files of ${bytes}`)
}
process.stdout.write(JSON.stringify({ refused, failures, slowest, largest, measured: canMeasure }))
