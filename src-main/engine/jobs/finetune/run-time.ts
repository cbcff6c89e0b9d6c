import { cpus } from 'node:os'
import { z } from 'zod'
import type { FinetuneConfig } from '#shared/schema/run'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { f32, type Tensor } from '../../ir/tensor'
import type { TimCondition } from '../../models/tim/network-graph'
import type { CacheSource, DiskCache } from '../../training/data/disk-cache'
import type { ModelFolder } from '../../weights/manifest'
import { openDecoder } from '../generate/open-decoder'
import type { AdapterLearner } from './adapter-learner'
import type { PreparedData } from './prepare-data'

/** Raised when steps become another amount of work than before. */
const VERSION = 1
/** Sizes of pictures that are timed, the most frequent ones. */
const SIZES = 4
const REPEATS = 2

/** What a run's time is made of. */
export interface RunTime {
  readonly secondsPerStep: number
  /** Of what is drawn and validated at each checkpoint. */
  readonly secondsPerLook: number
}

/** What is timed, and where rates are kept. */
interface Timed {
  readonly learner: AdapterLearner
  readonly model: ModelFolder
  readonly run: FinetuneConfig
  readonly data: PreparedData
  readonly cache: DiskCache
  readonly threads: number | undefined
}

/**
 * The pace of a run, from steps of this very network on this machine: of each size of picture, and of each kind of sample. What was timed once
 * is kept, so that a run that was rehearsed, or goes on, begins at once. Changes no weight. Throws what the runtime throws.
 */
export async function timeOf(timed: Timed): Promise<RunTime> {
  return { secondsPerStep: await stepSeconds(timed), secondsPerLook: await lookSeconds(timed) }
}

/** Mean seconds of a step, over the sizes as the data have them and the kinds of samples as the mixture has them. */
async function stepSeconds(timed: Timed): Promise<number> {
  const { buckets } = timed.data.report
  let [total, samples] = [0, 0]
  for (const bucket of buckets.slice(0, SIZES)) {
    const batch = Math.min(timed.run.training.batch, bucket.samples)
    const wanted = batch * timed.run.training.mixture.diffusion
    const [few, many] = [Math.floor(wanted), Math.ceil(wanted)]
    const atFew = await rateOf(timed, bucket, batch, few)
    const atMany = many === few ? atFew : await rateOf(timed, bucket, batch, many)
    total += bucket.samples * (atFew + (wanted - few) * (atMany - atFew))
    samples += bucket.samples
  }
  return total / Math.max(1, samples)
}

/** Seconds of a step of `batch` samples of one size, the first `diffusion` of them without a derivative. */
async function rateOf(
  timed: Timed,
  bucket: { readonly width: number; readonly height: number },
  batch: number,
  diffusion: number,
): Promise<number> {
  const { data, run, cache } = timed
  const isOfSize = (each: { readonly width: number; readonly height: number }): boolean =>
    each.width === bucket.width && each.height === bucket.height
  const first = data.report.pictures.find((each) => isOfSize(each.bucket) && !each.heldOut)
  if (!first) return 0
  const { width, height } = bucket
  const { adapter, keep, objective } = run
  const source = { ...machineOf(timed), width, height, batch, diffusion, adapter, keep, derivative: objective.derivative }
  return cache.json(source, z.number(), async () => {
    const x = await data.latents.read({ picture: first, mirror: false })
    const condition = await data.conditions(Array<string | number>(batch).fill(first.classId ?? first.caption))
    return secondsOf(timed, x, condition, batch, diffusion)
  })
}

function machineOf({ model, threads }: Timed): CacheSource {
  const { transformer } = model.manifest.components
  return {
    kind: 'pace',
    version: VERSION,
    network: transformer?.sha256 ?? '',
    cpu: cpus()[0]?.model ?? '',
    cores: cpus().length,
    threads: threads ?? 0,
  }
}

async function secondsOf(
  { learner, run }: Timed,
  x: Tensor<'f32'>,
  condition: TimCondition,
  batch: number,
  nDiffusion: number,
): Promise<number> {
  const all = f32([batch, ...x.shape], new Float32Array(batch * x.data.length))
  const z = f32(all.shape, new RandomStream(0).normals(all.data.length))
  const { min, max } = learner.transport.time
  const t = new Float64Array(batch).fill(min + 0.7 * (max - min))
  const r = t.map((time, i) => (i < nDiffusion ? time : min + 0.3 * (max - min)))
  const dropout = run.adapter.dropout > 0 ? { dropout: { seed: 0, samples: Array<number>(batch).fill(0) } } : {}
  const step = { x: all, z, t, r, nDiffusion, condition: { ...condition, ...dropout } }
  // The first opens the sessions.
  await learner.step(step)
  return meanSeconds(() => learner.step(step))
}

/** Seconds for the pictures and the validation loss of one checkpoint. */
async function lookSeconds(timed: Timed): Promise<number> {
  const { learner, model, run, data, cache } = timed
  const { latent, nativeSide, defaults } = model.manifest
  const side = nativeSide / latent.factor
  const x = f32([1, latent.channels, side, side], new Float32Array(latent.channels * side * side))
  const pass = await cache.json({ ...machineOf(timed), pass: nativeSide, adapter: run.adapter }, z.number(), async () => {
    const condition = await data.conditions([undefined])
    const point = { x, t: Float64Array.of(0.5), r: Float64Array.of(0.2), condition }
    await learner.predict(point)
    return meanSeconds(() => learner.predict(point))
  })
  const prompts = run.preview.prompts?.length ?? CHOSEN
  const pictures = prompts * run.preview.steps.length
  const decode =
    pictures === 0 ? 0 : await cache.json({ ...machineOf(timed), decode: nativeSide }, z.number(), () => decoding(model, x))
  const passes = prompts * (defaults.cfg.scale > 1 ? 2 : 1) * run.preview.steps.reduce((sum, steps) => sum + steps, 0)
  const heldOut = Math.min(8, data.report.counts.heldOut)
  // Three points of diffusion and five with a derivative of two passes more, in one run.
  return pass * (passes + heldOut * (3 + 5 * 3)) + decode * pictures
}

/** Captions that are previewed where no prompts are given. */
const CHOSEN = 2

async function decoding(model: ModelFolder, latent: Tensor<'f32'>): Promise<number> {
  const decoder = openDecoder(model, {})
  try {
    return await seconds(() => decoder.decode(latent))
  } finally {
    await decoder.release()
  }
}

async function meanSeconds(work: () => Promise<unknown>): Promise<number> {
  let sum = 0
  for (let i = 0; i < REPEATS; i++) sum += await seconds(work)
  return sum / REPEATS
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}
