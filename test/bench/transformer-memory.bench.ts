import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { beforeAll, expect, test } from 'vitest'
import { relativeDistance } from '../../src-main/engine/models/tim/precision-error'
import { componentFolder } from '../../src-main/engine/weights/manifest'
import { keeps, record, type Figure } from '../support/figures'
import { fullSizeModel, transformerAt } from '../support/full-size'

/** Memory and error of each precision, full size at 1024² with guidance: each in a process of its own, whose peak PSS another watches. */
const PATIENCE_MS = 3_600_000
const out = resolve('node_modules/.cache/tim-bench')

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: { ssr: resolve('test/bench/transformer-child.ts'), outDir: out, target: 'node20', emptyOutDir: true },
  })
}, 120_000)

interface Told {
  readonly peak: number
  readonly estimate: number
  readonly weights: number
  readonly values: readonly string[]
}

function run(folder: string, way: 'resident' | 'joined' | 'streamed'): Told {
  const told = execFileSync(process.execPath, [join(out, 'transformer-child.js'), folder, '1024', way, '1'], {
    maxBuffer: 2 ** 28,
  })
  return JSON.parse(told.toString()) as Told
}

const numbers = ({ values }: Told): Float32Array => {
  const bytes = Buffer.concat(values.map((text) => Buffer.from(text, 'base64')))
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

test.runIf(process.platform === 'linux')('each precision', { timeout: PATIENCE_MS }, async () => {
  const original = componentFolder(await fullSizeModel(), 'transformer')
  const figures: Figure[] = []
  let exact: Float32Array | undefined
  for (const precision of ['f32', 'f16', 'q8', 'q4', 'int8'] as const) {
    const told = run(await transformerAt(original, precision), 'resident')
    const F = numbers(told)
    exact ??= F
    const bar = precision === 'int8' ? {} : { bar: { atMost: 0.6 } }
    figures.push(
      {
        what: `${precision}: peak PSS`,
        value: told.peak / 1e9,
        unit: 'GB',
        note: `weights ${(told.weights / 1e9).toFixed(2)} GB`,
      },
      { what: `${precision}: peak above the weights`, value: (told.peak - told.weights) / 1e9, unit: 'GB', ...bar },
      {
        what: `${precision}: estimate off by`,
        value: 100 * Math.abs(told.estimate / told.peak - 1),
        unit: '%',
        bar: { atMost: 10 },
      },
      { what: `${precision}: error of F against f32`, value: relativeDistance(F, exact), unit: '' },
    )
  }
  for (const [way, most] of [
    ['joined', 4.1],
    ['streamed', 1.5],
  ] as const) {
    const told = run(original, way)
    figures.push(
      { what: `f32 ${way}: peak PSS`, value: told.peak / 1e9, unit: 'GB', bar: { atMost: most } },
      {
        what: `f32 ${way}: estimate off by`,
        value: 100 * Math.abs(told.estimate / told.peak - 1),
        unit: '%',
        bar: { atMost: 10 },
      },
      {
        what: `f32 ${way}: difference from one after the other`,
        value: relativeDistance(numbers(told), exact ?? []),
        unit: '',
        bar: { atMost: 0 },
      },
    )
  }
  record('transformer-memory', figures)
  expect(figures.filter((figure) => !keeps(figure)).map(({ what }) => what)).toEqual([])
})
