import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { beforeAll, expect, test } from 'vitest'
import { f32 as tensor, sizeOf } from '../../src-main/engine/ir/tensor'
import { TimConfig } from '../../src-main/engine/models/tim/config'
import { timParameters } from '../../src-main/engine/models/tim/parameters'
import { relativeDistance } from '../../src-main/engine/models/tim/precision-error'
import { componentFolder } from '../../src-main/engine/weights/manifest'
import { writeSafetensors } from '../../src-main/engine/weights/write-safetensors'
import { keeps, record, type Figure } from '../support/figures'
import { fullSizeModel, transformerAt } from '../support/full-size'
import { temporaryFolder } from '../support/temporary-folder'

/** Memory of each precision, full size: each in a process of its own, whose peak PSS another watches. */
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

type Way = 'one' | 'apart' | 'joined' | 'streamed'

function run(folder: string, side: number, way: Way): Told {
  const told = execFileSync(process.execPath, [join(out, 'transformer-child.js'), folder, String(side), way, '1'], {
    maxBuffer: 2 ** 28,
  })
  return JSON.parse(told.toString()) as Told
}

const offBy = ({ estimate, peak }: Told, what: string): Figure => ({
  what: `${what}: estimate off by`,
  value: 100 * Math.abs(estimate / peak - 1),
  unit: '%',
  bar: { atMost: 10 },
})

const numbers = ({ values }: Told): Float32Array => {
  const bytes = Buffer.concat(values.map((text) => Buffer.from(text, 'base64')))
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

function judge(name: string, figures: readonly Figure[]): void {
  record(name, figures)
  expect(figures.filter((figure) => !keeps(figure)).map(({ what }) => what)).toEqual([])
}

const ways = [
  [1024, 'apart', 'at 1024², guided'],
  [1024, 'one', 'at 1024²'],
  [512, 'apart', 'at 512², guided'],
  [512, 'one', 'at 512²'],
] as const

test.runIf(process.platform === 'linux').each(['f32', 'f16', 'q8', 'q4', 'int8'] as const)(
  '%s',
  { timeout: PATIENCE_MS },
  async (precision) => {
    const folder = await transformerAt(componentFolder(await fullSizeModel(), 'transformer'), precision)
    const figures: Figure[] = []
    for (const [side, way, at] of ways) {
      const told = run(folder, side, way)
      const above = { what: `${precision}: peak above the weights ${at}`, value: (told.peak - told.weights) / 1e9, unit: 'GB' }
      figures.push(
        { ...above, bar: { atMost: 0.6 }, note: `peak PSS ${(told.peak / 1e9).toFixed(2)} GB` },
        offBy(told, `${precision} ${at}`),
      )
    }
    judge(`transformer-memory-${precision}`, figures)
  },
)

test.runIf(process.platform === 'linux')('f32 as one batch, and streamed', { timeout: PATIENCE_MS }, async () => {
  const original = componentFolder(await fullSizeModel(), 'transformer')
  const exact = numbers(run(original, 1024, 'apart'))
  const figures: Figure[] = []
  for (const [way, most] of [
    ['joined', 4.1],
    ['streamed', 1.5],
  ] as const) {
    const told = run(original, 1024, way)
    figures.push(
      { what: `f32 ${way}: peak PSS`, value: told.peak / 1e9, unit: 'GB', bar: { atMost: most } },
      offBy(told, `f32 ${way}`),
      {
        what: `f32 ${way}: difference from one after the other`,
        value: relativeDistance(numbers(told), exact),
        unit: '',
        bar: { atMost: 0 },
      },
    )
  }
  judge('transformer-memory-ways', figures)
})

/** Between the embedded network and the released ones: what is estimated must hold for every size, not for one. */
const between = TimConfig.parse({
  input_size: 16,
  patch_size: 1,
  in_channels: 32,
  hidden_size: 768,
  depth: 4,
  num_heads: 12,
  encoder_depth: 1,
  qk_norm: true,
  use_new_embed: true,
  distance_aware: true,
  lora_hidden_size: 128,
  cap_feat_dim: 768,
})

test.runIf(process.platform === 'linux')('a network of another size', { timeout: PATIENCE_MS }, async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'config.json'), JSON.stringify(between))
  // Numbers of no meaning: memory does not depend on them.
  const weights = [...timParameters(between, { projector: false })].map(([key, shape]) => {
    const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 1000) / 25_000 - 0.02)
    return [key, tensor(shape, values)] as const
  })
  await writeSafetensors(join(folder, 'model.safetensors'), new Map(weights))
  const figures = ways.map(([side, way, at]) => offBy(run(folder, side, way), `D 768, 4 blocks ${at}`))
  judge('transformer-memory-between', figures)
})
