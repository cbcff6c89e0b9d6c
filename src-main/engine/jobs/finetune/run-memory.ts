import type { FinetuneConfig, RunEstimate } from '#shared/schema/run'
import { stepMemory } from '../../diffusion/stages/training-memory'
import { sizeOf } from '../../ir/tensor'
import { adapterKeys } from '../../models/peft/adapter'
import { scaleOf } from '../../models/peft/spec'
import { targetLayers } from '../../models/peft/targets'
import { isTextConditional, type TimConfig } from '../../models/tim/config'
import { timLinearLayers } from '../../models/tim/linear-layers'
import { openTim } from '../../models/tim/load'
import type { AdapterGraph } from '../../models/tim/network-graph'
import { timStages } from '../../models/tim/stages'
import { trainingBaseBytes, trainingSource } from '../../models/tim/training-base'
import { lowRankShapes } from '../../nn/low-rank'
import { smallerChoices } from '../../training/memory-error'
import { componentFolder, type ModelFolder } from '../../weights/manifest'
import type { WeightSource } from '../../weights/tensor-ref'
import { availableMemory } from '../generate/estimate-memory'
import { openDecoder } from '../generate/open-decoder'
import type { PreparedData } from './prepare-data'

/** Node, this program, ONNX Runtime with its threads: measured with the embedded model. */
const PROGRAM = 190e6
/** What earlier stages and the step before leave until JavaScript collects it, in parts of what a step needs: measured (test/bench, finetune-estimate). */
const UNCOLLECTED = { kept: 1, working: 2 }
/** Copies of an adapter's weights: themselves, two moments, the gradient; the average where there is one. */
const COPIES = 4

/** What the memory of a run depends on beside its settings. */
interface Sizes {
  /** Of the largest picture. */
  readonly tokens: number
  /** Samples of the largest batch: a size of few pictures never fills one. */
  readonly batch: number
  readonly captionRows: number
  /** Bytes of the frozen weights; where they stay as they are stored, what is stored. */
  readonly base: number
  readonly source: WeightSource | undefined
  /** Bytes at the peak of a process that decodes a picture and no more. */
  readonly decode: number
}

/**
 * What a run on these data needs of memory, and, where that is more than there is, what would need less. Reads no weights. Throws WeightsError.
 */
export async function memoryOf(
  model: ModelFolder,
  run: FinetuneConfig,
  data: PreparedData,
): Promise<Pick<RunEstimate, 'bytes' | 'freeBytes' | 'parameters' | 'remedies'>> {
  const checkpoint = openTim(componentFolder(model, 'transformer'))
  const { config } = checkpoint
  const { factor } = model.manifest.latent
  const cell = factor * config.patch_size
  const { buckets } = data.report
  const area = Math.max(...buckets.map(({ width, height }) => width * height))
  const sizes = (batch: number, side: number): Sizes => ({
    tokens: (side / cell) ** 2,
    batch: Math.min(batch, Math.max(...buckets.map(({ samples }) => samples))),
    captionRows,
    base: trainingBaseBytes(checkpoint),
    source: trainingSource(checkpoint),
    decode: decodeBytes(model),
  })
  const captionRows = await captionRowsOf(config, data)
  const side = Math.sqrt(area)
  const bytes = runMemory(config, run, sizes(run.training.batch, side))
  const freeBytes = availableMemory()
  const parameters = parametersOf(config, run.adapter)
  if (bytes <= freeBytes) return { bytes, freeBytes, parameters, remedies: [] }
  const now = { batch: Math.min(run.training.batch, sizes(Infinity, side).batch), keep: run.keep, side, rank: run.adapter.rank }
  const smaller = smallerChoices(now).map(({ change, choices }) => {
    const adapter = { ...run.adapter, rank: choices.rank }
    return { change, bytes: runMemory(config, { ...run, adapter, keep: choices.keep }, sizes(choices.batch, choices.side)) }
  })
  const remedies = [...smaller, ...narrower(trainingBaseBytes(checkpoint), trainingSource(checkpoint), bytes)]
  return { bytes, freeBytes, parameters, remedies: remedies.filter((each) => each.bytes < bytes) }
}

/** A base of f32 weights could be stored in fewer bits. */
function narrower(base: number, source: WeightSource | undefined, bytes: number): RunEstimate['remedies'] {
  if (source) return []
  const half = { change: 'a base model in f16 (import it with --precision f16)', bytes: bytes - base / 2 }
  return [half, { change: 'a base model in q8 (import it with --precision q8)', bytes: bytes - 0.74 * base }]
}

/** Rows of the longest caption, as batches are filled to. */
async function captionRowsOf(config: TimConfig, data: PreparedData): Promise<number> {
  if (!isTextConditional(config)) return 0
  const condition = await data.conditions(data.report.pictures.slice(0, LOOKED_AT).map(({ caption }) => caption))
  return 'y' in condition ? (condition.y.shape[1] ?? 0) : 0
}

/** Captions that are looked at for their length. */
const LOOKED_AT = 64

/** Bytes at the peak of a process that decodes a picture of the model's own size. */
function decodeBytes(model: ModelFolder): number {
  const { nativeSide } = model.manifest
  // Nothing is opened before something is decoded.
  return openDecoder(model, {}).memory(nativeSide, nativeSide)
}

/** Bytes that a run needs at its peak, from its settings alone; nothing is loaded. */
export function runMemory(
  config: TimConfig,
  run: Pick<FinetuneConfig, 'adapter' | 'training' | 'keep' | 'objective'>,
  { tokens, batch, captionRows, base, source, decode }: Sizes,
): number {
  const adapter = adapterGraphOf(config, run.adapter)
  const { mixture, average } = run.training
  const moving = batch - Math.floor(batch * mixture.diffusion)
  const sizes = { b: batch, s: run.objective.derivative === 'dde' ? 2 * moving : 0, n: tokens, m: captionRows }
  const { kept, working } = stepMemory(timStages(config, adapter, source).stages, new Set(adapter.shapes.keys()), run.keep, sizes)
  const learnt = parametersOf(config, run.adapter) * (average ? COPIES + 1 : COPIES) * 4
  return base + learnt + Math.max(PROGRAM + (1 + UNCOLLECTED.kept) * kept + (1 + UNCOLLECTED.working) * working, decode)
}

/** Numbers that an adapter of these settings learns. */
export function parametersOf(config: TimConfig, spec: FinetuneConfig['adapter']): number {
  return [...adapterGraphOf(config, spec).shapes.values()].reduce((sum, shape) => sum + sizeOf(shape), 0)
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
