import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { componentFolder, openModelFolder } from '../../src-main/engine/weights/manifest'
import { record, type Figure } from '../support/figures'
import { fullSizeModel } from '../support/full-size'
import { temporaryFolder } from '../support/temporary-folder'

/** What importing the released size takes at each precision: the built command line in a process of its own, its files linked. */
const PATIENCE_MS = 3_600_000
const program = resolve(process.env['TIM_CLI'] ?? 'out/cli/tim.js')
const precisions = (process.env['TIM_BENCH_PRECISIONS'] ?? 'f16,q8,q4,int8').split(',')
const LOOK_MS = 200

interface Told {
  readonly seconds: number
  /** Highest PSS that was seen, in bytes. */
  readonly peak: number
  readonly code: number | null
  readonly said: string
}

/** Runs tim and looks at its memory now and then. */
function tim(home: string, args: readonly string[]): Promise<Told> {
  const from = performance.now()
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, TIM_HOME: home },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let [peak, said] = [0, '']
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()))
  const file = `/proc/${child.pid}/smaps_rollup`
  const look = (): void => {
    const [, kB = '0'] = (existsSync(file) && /^Pss:\s+(\d+) kB/m.exec(readFileSync(file, 'utf8'))) || []
    peak = Math.max(peak, Number(kB) * 1024)
  }
  const timer = setInterval(() => {
    try {
      look()
    } catch {
      // It has just ended.
    }
  }, LOOK_MS)
  return new Promise((done) =>
    child.on('close', (code) => {
      clearInterval(timer)
      done({ seconds: (performance.now() - from) / 1000, peak, code, said })
    }),
  )
}

test.runIf(process.platform === 'linux').each(precisions)('to %s', { timeout: PATIENCE_MS }, async (precision) => {
  const model = await fullSizeModel()
  const parts = { '--transformer': 'transformer', '--vae': 'decoder', '--text': 'text' } as const
  const given = Object.entries(parts).flatMap(([option, role]) => [option, componentFolder(model, role)])
  const home = temporaryFolder()
  const told = await tim(home, ['models', 'import', ...given, '--link', '--name', 'm', '--precision', precision])
  expect(told.code, told.said).toBe(0)
  const { transformer } = openModelFolder(resolve(home, 'models', 'm')).manifest.components
  const figures: Figure[] = [
    {
      what: `import to ${precision}`,
      value: told.seconds,
      unit: 's',
      note: 'checksums of 10 GB, conversion, a picture of 8 steps by each',
    },
    { what: `import to ${precision}: peak PSS`, value: told.peak / 1e9, unit: 'GB', note: 'the f32 weights stay in their file' },
    { what: `import to ${precision}: error of one pass`, value: transformer?.precisionError ?? NaN, unit: '' },
    { what: `import to ${precision}: error of a picture`, value: transformer?.pictureError?.picture ?? NaN, unit: '' },
  ]
  record(`import-${precision}`, figures)
  expect(figures.every(({ value }) => Number.isFinite(value))).toBe(true)
})
