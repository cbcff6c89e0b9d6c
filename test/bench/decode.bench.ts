import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { nameOf, type Graph } from '../../src-main/engine/ir/graph'
import { f32, sizeOf, type Tensor } from '../../src-main/engine/ir/tensor'
import { openAutoencoder } from '../../src-main/engine/models/autoencoder/open'
import { STRIPE_BYTES, type StripedDesign } from '../../src-main/engine/models/autoencoder/stripes/decode'
import { dcAeDecoder } from '../../src-main/engine/models/dc-ae/build'
import { DcAeConfig } from '../../src-main/engine/models/dc-ae/config'
import { dcAeStripes } from '../../src-main/engine/models/dc-ae/striped-decoder'
import { sdVaeDecoder } from '../../src-main/engine/models/sd-vae/build'
import { SdVaeConfig } from '../../src-main/engine/models/sd-vae/config'
import { sdVaeStripes } from '../../src-main/engine/models/sd-vae/striped-decoder'
import { plainNet } from '../../src-main/engine/nn/net'
import { createBuilder } from '../../src-main/engine/ops/table'
import { openSession } from '../../src-main/engine/runtime/session'
import { bindWeights } from '../../src-main/engine/weights/bind'
import { openFolder } from '../../src-main/engine/weights/open-weights'
import { writeSafetensors } from '../../src-main/engine/weights/write-safetensors'
import { keeps, record, type Figure } from '../support/figures'
import { relativeError } from '../support/fixtures'
import { seededRandom } from '../support/mutate'
import { temporaryFolder } from '../support/temporary-folder'
import { openPeer } from './peer/peer'

/** A machine that does other things too may take long. */
const PATIENCE_MS = 7_200_000
const RUNS = 2
/** Sides of the pictures; `TIM_BENCH_SIDES=512,1024,4096` measures others. */
const sides = (fallback: string): number[] => (process.env['TIM_BENCH_SIDES'] ?? fallback).split(',').map(Number)

interface Subject {
  readonly name: string
  readonly config: object
  readonly graph: Graph
  readonly stripes: StripedDesign
  readonly channels: number
  readonly factor: number
  readonly peer: string
  readonly sides: readonly number[]
  readonly bars: { readonly time: number; readonly memory: number }
}

const dcAe = DcAeConfig.parse({
  ...{ decoder_block_types: [...Array<string>(3).fill('ResBlock'), ...Array<string>(3).fill('EfficientViTBlock')] },
  ...{
    upsample_block_type: 'interpolate',
    downsample_block_type: 'Conv',
    decoder_norm_types: 'rms_norm',
    decoder_act_fns: 'silu',
  },
})
const sdVae = SdVaeConfig.parse({
  block_out_channels: [128, 256, 512, 512],
  down_block_types: Array(4).fill('DownEncoderBlock2D'),
  up_block_types: Array(4).fill('UpDecoderBlock2D'),
  layers_per_block: 2,
})

const subjects: Subject[] = [
  {
    name: 'DC-AE f32c32',
    config: { _class_name: 'AutoencoderDC', ...dcAe },
    graph: dcAeDecoder(plainNet(createBuilder()), dcAe),
    stripes: dcAeStripes(dcAe),
    ...{ channels: 32, factor: 32, peer: 'dc_ae_decode', sides: sides('512'), bars: { time: 0.6, memory: 0.4 } },
  },
  {
    name: 'SD-VAE',
    config: { _class_name: 'AutoencoderKL', ...sdVae },
    graph: sdVaeDecoder(plainNet(createBuilder()), sdVae),
    stripes: sdVaeStripes(sdVae),
    ...{ channels: 4, factor: 8, peer: 'sd_vae_decode', sides: sides('256,512'), bars: { time: 0.8, memory: 1 } },
  },
]

const figures: Figure[] = []
const folder = temporaryFolder()
const peer = openPeer()
afterAll(() => peer?.close())

const noise = (shape: readonly number[], spread = 1): Tensor<'f32'> => {
  const next = seededRandom(sizeOf(shape))
  return f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => spread * (2 * next() - 1)),
  )
}

async function writeModel({ name, config, graph }: Subject): Promise<string> {
  const model = join(folder, name)
  mkdirSync(model)
  writeFileSync(join(model, 'config.json'), JSON.stringify(config))
  const weights = graph.params.map((param) => {
    const shape = param.shape.map(Number)
    return [nameOf(param), noise(shape, shape.length > 1 ? Math.sqrt(3 / sizeOf(shape.slice(1))) : 1)] as const
  })
  await writeSafetensors(join(model, 'model.safetensors'), Object.fromEntries(weights))
  return model
}

const latentOf = ({ channels, factor }: Subject, side: number): Tensor<'f32'> =>
  noise([1, channels, side / factor, side / factor])

/** Seconds of a decoding, opening of sessions and all; in turns with the peer where there is one. */
async function timed(subject: Subject, model: string, side: number): Promise<void> {
  const autoencoder = openAutoencoder(model)
  const [ours, theirs]: [number[], number[]] = [[], []]
  let note = ''
  for (let i = 0; i < RUNS; i++) {
    const began = performance.now()
    await autoencoder.decode(latentOf(subject, side))
    ours.push((performance.now() - began) / 1000)
    if (!peer) continue
    const run = await peer.time(subject.peer, { side })
    theirs.push(run.seconds)
    note = `, its process ${(run.peak / 1e9).toFixed(2)} GB`
  }
  await autoencoder.release()
  const what = `${subject.name} decode ${side}²`
  figures.push({ what, value: Math.min(...ours), unit: 's' })
  if (!peer) return
  const ratio = Math.min(...ours) / Math.min(...theirs)
  figures.push({
    what: `${what} against diffusers`,
    value: ratio,
    unit: '×',
    bar: { atMost: subject.bars.time },
    note: `${Math.min(...theirs).toFixed(2)} s${note}`,
  })
}

/** Highest proportional set size of a process that decodes one latent through the command line, and what was foretold. */
async function weighed(subject: Subject, model: string, side: number): Promise<void> {
  const program = resolve('out', 'cli', 'tim.js')
  if (!existsSync(program)) throw new Error('out/cli/tim.js is not built: npm run -s tim -- --help builds it.')
  const [input, output] = ['in', 'out'].map((name) => join(folder, `${subject.name} ${side} ${name}.safetensors`))
  await writeSafetensors(input!, { latent: latentOf(subject, side) })
  const child = spawn(process.execPath, [program, 'probe', 'decoder', '--model', model, '--in', input!, '--out', output!])
  let peak = 0
  const watch = setInterval(() => {
    const found = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/smaps_rollup`, 'utf8'))
    peak = Math.max(peak, Number(found?.[1] ?? 0) * 1024)
  }, 100)
  const status = await new Promise<number | null>((done) => child.once('exit', done).once('exit', () => clearInterval(watch)))
  expect(status).toBe(0)
  const foretold = subject.stripes.memory(side, side, STRIPE_BYTES[0]!)
  figures.push({ what: `${subject.name} decode ${side}², peak PSS`, value: peak / 1e9, unit: 'GB' })
  figures.push({
    what: `${subject.name} decode ${side}², foretold against measured memory`,
    value: 100 * Math.abs(foretold / peak - 1),
    unit: '% off',
    bar: { atMost: 10 },
  })
}

/** Relative error against the plain graph. */
async function compared(subject: Subject, model: string, side: number): Promise<void> {
  const latent = latentOf(subject, side)
  const plain = await openSession(subject.graph, {
    weights: bindWeights(subject.graph, openFolder(model)),
    weightsAs: 'initializers',
  })
  const { image } = await plain.run({ latent })
  await plain.release()
  const autoencoder = openAutoencoder(model)
  const { data } = await autoencoder.decode(latent)
  await autoencoder.release()
  figures.push({
    what: `${subject.name} decode ${side}², relative error to the plain graph`,
    value: relativeError(data, image?.data as Float32Array),
    unit: '',
    bar: { atMost: 1e-4 },
  })
}

test.each(subjects)('$name decodes', { timeout: PATIENCE_MS }, async (subject) => {
  const model = await writeModel(subject)
  for (const side of subject.sides) {
    await timed(subject, model, side)
    await weighed(subject, model, side)
  }
  await compared(subject, model, 256)
  record('decode', figures)
  expect(figures.filter((figure) => !keeps(figure)).map(({ what }) => what)).toEqual([])
})
