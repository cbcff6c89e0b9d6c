import { freemem } from 'node:os'
import type { FinetuneConfig, RunEstimate } from '#shared/schema/run'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { stepMemory } from '../../diffusion/stages/training-memory'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { targetLayers } from '../../models/peft/targets'
import { adapterKeys } from '../../models/peft/adapter'
import { scaleOf } from '../../models/peft/spec'
import { lowRankShapes } from '../../nn/low-rank'
import { isTextConditional, type TimConfig } from '../../models/tim/config'
import { timLinearLayers } from '../../models/tim/linear-layers'
import { openTim } from '../../models/tim/load'
import type { AdapterGraph, TimCondition } from '../../models/tim/network-graph'
import { timStages } from '../../models/tim/stages'
import { trainingBaseBytes } from '../../models/tim/training-base'
import { smallerChoices } from '../../training/memory-error'
import { componentFolder, type ModelFolder } from '../../weights/manifest'
import { openAdapterLearner, type AdapterLearner } from './adapter-learner'
import type { PreparedData } from './prepare-data'

/** Node, this program, ONNX Runtime with its threads and the decoder of the pictures along the way: measured with the embedded model. */
const PROGRAM = 240e6
/** Copies of an adapter's weights: themselves, two moments, the gradient; the average where there is one. */
const COPIES = 4

/** Bytes that a run needs at its peak, from its settings alone; nothing is loaded. `tokens`: of its largest picture; `base`: bytes of the frozen weights. */
export function runMemory(
  config: TimConfig,
  run: Pick<FinetuneConfig, 'adapter' | 'training' | 'keep' | 'objective'>,
  tokens: number,
  caption: number,
  base: number,
): number {
  const adapter = adapterGraphOf(config, run.adapter)
  const trainable = new Set(adapter.shapes.keys())
  const { batch, mixture, average } = run.training
  const moving = batch - Math.floor(batch * mixture.diffusion)
  const sizes = { b: batch, s: run.objective.derivative === 'dde' ? 2 * moving : 0, n: tokens, m: caption }
  const { kept, working } = stepMemory(timStages(config, adapter).stages, trainable, run.keep, sizes)
  const learnt = sum([...adapter.shapes.values()].map(sizeOf)) * 4
  return PROGRAM + base + learnt * (average ? COPIES + 1 : COPIES) + kept + working
}

/** What an adapter of these settings adds to a network, with no numbers in it. */
function adapterGraphOf(config: TimConfig, spec: FinetuneConfig['adapter']): AdapterGraph {
  const shapes = new Map<string, readonly number[]>()
  const layers = targetLayers(spec, timLinearLayers(config)).map((layer) => {
    const keys = adapterKeys(layer.key)
    const of = lowRankShapes(layer, layer.rank)
    const dora = spec.method === 'dora'
    shapes.set(keys.a, of.a).set(keys.b, of.b)
    if (dora) shapes.set(keys.magnitude, of.magnitude)
    const scale = scaleOf(spec.method, layer.alpha, layer.rank)
    const { kernel, rank } = layer
    return [
      layer.key,
      { a: keys.a, b: keys.b, rank, scale, ...(kernel && { kernel }), ...(dora && { magnitude: keys.magnitude }) },
    ] as const
  })
  return { layers: new Map(layers), shapes, dropout: spec.dropout }
}

/**
 * What a run will need. Memory comes from its graphs; time from two real steps of each size of picture on this machine, one of diffusion and one
 * of a transition, and one pass for the pictures that are drawn along the way. Changes no weight. Throws what the runtime throws.
 */
export async function estimateRun(
  model: ModelFolder,
  run: FinetuneConfig,
  data: PreparedData,
  threads?: number,
): Promise<RunEstimate> {
  const checkpoint = openTim(componentFolder(model, 'transformer'))
  const { config } = checkpoint
  const base = trainingBaseBytes(checkpoint)
  const caption = await captionRows(config, data)
  const tokensAt = (side: number): number => (side / model.manifest.latent.factor / config.patch_size) ** 2
  const largest = Math.max(...data.report.buckets.map(({ width, height }) => tokensAt(Math.sqrt(width * height))))
  const bytes = runMemory(config, run, largest, caption, base)
  const free = freemem()
  const { batch } = run.training
  const side = Math.sqrt(largest) * model.manifest.latent.factor * config.patch_size
  const smaller = smallerChoices({ batch, keep: run.keep, side, rank: run.adapter.rank }).map(({ change, choices }) => {
    const training = { ...run.training, batch: choices.batch }
    const adapter = { ...run.adapter, rank: choices.rank }
    return {
      change,
      bytes: runMemory(config, { ...run, training, adapter, keep: choices.keep }, tokensAt(choices.side), caption, base),
    }
  })
  const remedies = bytes < free ? [] : smaller.filter((each) => each.bytes < bytes)
  const parameters = sum([...adapterGraphOf(config, run.adapter).shapes.values()].map(sizeOf))
  if (bytes > free) return { bytes, freeBytes: free, secondsPerStep: 0, seconds: 0, parameters, remedies }
  const learner = openAdapterLearner(model, run, threads === undefined ? {} : { threads })
  try {
    const step = await stepSeconds(learner, run, data)
    const looks = Math.ceil(run.training.steps / run.training.checkpointEvery)
    const seconds = step * run.training.steps + looks * (await lookSeconds(learner, model, run, data))
    return { bytes, freeBytes: free, secondsPerStep: step, seconds, parameters, remedies }
  } finally {
    await learner.release()
  }
}

async function captionRows(config: TimConfig, data: PreparedData): Promise<number> {
  if (!isTextConditional(config)) return 0
  const condition = await data.conditions(data.report.pictures.slice(0, 64).map(({ caption }) => caption))
  return 'y' in condition ? (condition.y.shape[1] ?? 0) : 0
}

/** Mean seconds of a step, over the sizes as the data have them and the kinds of samples as the mixture has them. */
async function stepSeconds(learner: AdapterLearner, run: FinetuneConfig, data: PreparedData): Promise<number> {
  const { buckets, pictures } = data.report
  const samples = sum(buckets.map((bucket) => bucket.samples))
  let seconds = 0
  for (const bucket of buckets.slice(0, SIZES)) {
    const first = pictures.find(
      (each) => each.bucket.width === bucket.width && each.bucket.height === bucket.height && !each.heldOut,
    )
    if (!first) continue
    const batch = Math.min(run.training.batch, bucket.samples)
    const x = await data.latents.read({ picture: first, mirror: false })
    const condition = await data.conditions(Array<string | number>(batch).fill(first.classId ?? first.caption))
    const wanted = batch * run.training.mixture.diffusion
    const [few, many] = [Math.floor(wanted), Math.ceil(wanted)]
    const atFew = await timed(learner, run, x, condition, batch, few)
    const atMany = many === few ? atFew : await timed(learner, run, x, condition, batch, many)
    seconds += (bucket.samples / samples) * (atFew + (wanted - few) * (atMany - atFew))
  }
  const measured = sum(buckets.slice(0, SIZES).map((bucket) => bucket.samples))
  return (seconds * samples) / Math.max(1, measured)
}

/** Sizes of pictures that are timed, the most frequent ones. */
const SIZES = 4

async function timed(
  learner: AdapterLearner,
  run: FinetuneConfig,
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
  const started = performance.now()
  for (let i = 0; i < REPEATS; i++) await learner.step(step)
  return (performance.now() - started) / 1000 / REPEATS
}

const REPEATS = 2

/** Seconds for the pictures and the validation loss of one checkpoint. */
async function lookSeconds(
  learner: AdapterLearner,
  model: ModelFolder,
  run: FinetuneConfig,
  data: PreparedData,
): Promise<number> {
  const { latent, nativeSide, defaults } = model.manifest
  const side = nativeSide / latent.factor
  const x = f32([1, latent.channels, side, side], new Float32Array(latent.channels * side * side))
  const condition = await data.conditions([undefined])
  const pass = { x, t: Float64Array.of(0.5), r: Float64Array.of(0.2), condition }
  await learner.predict(pass)
  const started = performance.now()
  await learner.predict(pass)
  const seconds = (performance.now() - started) / 1000
  const prompts = Math.min(2, run.preview.prompts?.length ?? 2)
  const perStep = defaults.cfg.scale > 1 ? 2 : 1
  const heldOut = Math.min(8, data.report.counts.heldOut)
  // Three points of diffusion and five with a derivative of two passes more, in one run.
  return seconds * (prompts * perStep * sum(run.preview.steps) + heldOut * (3 + 5 * 3))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
