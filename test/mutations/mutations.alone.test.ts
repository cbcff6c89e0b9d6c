import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { beforeAll, expect, test } from 'vitest'
import { rounds } from '../support/mutate'
import { temporaryFolder } from '../support/temporary-folder'

/**
 * What readers do with damaged files: a clear error or a correct reading; never a crash, a hang, or memory beyond twice the file's.
 * `TIM_MUTATION_SEED` begins elsewhere, `TIM_TEST_LONG` runs thousands of rounds.
 */
const SEED = process.env['TIM_MUTATION_SEED'] ?? '1'
/** A round takes milliseconds, on a machine that is busy elsewhere a second. */
const SILENCE_MS = 60_000
const folder = temporaryFolder()
const out = resolve('node_modules/.cache/tim-mutations')
const child = join(out, 'child.js')

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: resolve('test/mutations/child.ts'), outDir: out, target: 'node20', emptyOutDir: true },
  })
}, 120_000)

interface Report {
  readonly refused: number
  readonly failures: readonly string[]
  readonly measured: boolean
  readonly [worst: string]: unknown
}

/** Runs a reader's rounds in a process, which is ended when a round does not end. */
async function run(name: string, count: number, silenceMs = SILENCE_MS): Promise<Report> {
  const place = mkdtempSync(join(folder, 'reader-'))
  const at = (): string => (existsSync(join(place, 'round')) ? readFileSync(join(place, 'round'), 'utf8').trim() : 'none')
  const flags = ['--expose-gc', '--max-semi-space-size=1']
  const worker = spawn(process.execPath, [...flags, child, name, SEED, String(count), place], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [said, complaints, last, isHung] = ['', '', '', false]
  worker.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()))
  worker.stderr.on('data', (bytes: Buffer) => (complaints += bytes.toString()))
  const watch = setInterval(() => {
    if (at() === last) isHung = worker.kill('SIGKILL')
    last = at()
  }, silenceMs)
  const how = await new Promise<string>((ended) => worker.on('close', (code, signal) => ended(signal ?? String(code))))
  clearInterval(watch)
  if (isHung) throw new Error(`${name}: round ${last} does not end`)
  if (how !== '0') throw new Error(`${name}: the process ended with ${how} in round ${at()}: ${complaints}`)
  rmSync(place, { recursive: true })
  return JSON.parse(said) as Report
}

mkdirSync(folder, { recursive: true })
const COUNT = rounds(300, 5500)

test.each([
  ['safetensors', 0.5],
  ['sharded index', 0.5],
  ['torch zip', 0.3],
  ['torch pickle', 0.3],
  ['model.json and config.json', 0.5],
  ['tokenizer.json', 0.1],
  ['recipe in a PNG', 0.5],
  ['PEFT adapter', 0.5],
] as const)(
  'the reader of %s refuses or reads what is damaged',
  async (name, leastRefused) => {
    const report = await run(name, COUNT)
    if (process.env['TIM_TEST_LONG']) console.log(name, JSON.stringify(report))
    expect(report.failures).toEqual([])
    expect(report.refused / COUNT).toBeGreaterThan(leastRefused)
  },
  rounds(60_000, 900_000),
)

test('a reader that takes three times the memory of its file is found out, and so is one that never ends', async () => {
  const { failures, measured } = await run('greedy', 3)
  if (measured) expect(failures.join()).toContain('bytes of memory')
  await expect(run('endless', 1, 500)).rejects.toThrow('does not end')
})
