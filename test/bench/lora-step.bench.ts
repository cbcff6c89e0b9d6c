import { expect, test } from 'vitest'
import { TransitionObjective, type ObjectiveBatch, type ObjectiveOptions } from '../../src-main/engine/diffusion/objective'
import type { Keep } from '../../src-main/engine/diffusion/stages/stage-graphs'
import { StagedPasses } from '../../src-main/engine/diffusion/stages/staged-passes'
import { makeTransport } from '../../src-main/engine/diffusion/transports/table'
import { RELEASED_WEIGHTING } from '../../src-main/engine/diffusion/weighting'
import { f32, sizeOf, zeros, type Tensor } from '../../src-main/engine/ir/tensor'
import { TimConfig } from '../../src-main/engine/models/tim/config'
import { timLinearLayers } from '../../src-main/engine/models/tim/linear-layers'
import { timNetworkGraph, type AdapterGraph, type TimCondition } from '../../src-main/engine/models/tim/network-graph'
import { timParameters } from '../../src-main/engine/models/tim/parameters'
import { timStages } from '../../src-main/engine/models/tim/stages'
import { createAdapter } from '../../src-main/engine/models/peft/create'
import { AdapterSpec } from '../../src-main/engine/models/peft/spec'
import { fromF32 } from '../../src-main/engine/weights/convert'
import { quantiseRows } from '../../src-main/engine/weights/quantise'
import { COMPANIONS } from '../../src-main/engine/weights/stored'
import { weightSource, type WeightSource } from '../../src-main/engine/weights/tensor-ref'
import { AdamW } from '../../src-main/engine/training/adamw'
import { clipFactor, globalNorm } from '../../src-main/engine/training/clip'
import { keeps, record, type Figure } from '../support/figures'
import { seededRandom } from '../support/mutate'
import { peakMemory } from '../support/peak-memory'
import { wave } from '../support/toy-network'
import { openPeer, type Peer, type PeerRun } from './peer/peer'

/** Blocks: fewer for a quick look. */
const DEPTH = Number(process.env['TIM_BENCH_DEPTH'] ?? 28)
const RUNS = 2
/** How the base is stored: f32, f16 or q8. */
const BASE = process.env['TIM_BENCH_BASE'] ?? 'f32'
/** What forward passes keep: with a narrow base, nothing but each block's input (gradient checkpointing). */
const KEEP: Keep = BASE === 'f32' ? 'products' : 'nothing'

/** The released T2I network: 865 million parameters. */
const config = TimConfig.parse({
  input_size: 16,
  patch_size: 1,
  in_channels: 32,
  depth: DEPTH,
  hidden_size: 1152,
  cap_feat_dim: 1152,
  num_heads: 16,
  encoder_depth: 8,
  qk_norm: true,
  new_condition: 't-r',
  use_new_embed: true,
  distance_aware: true,
  lora_hidden_size: 384,
})
const CELLS = 16
const CAPTION = 32

/** Numbers that no run depends on, made fast: one noise for all weights, from different places. */
function randomBase(): { readonly weights: Record<string, Tensor>; readonly source: WeightSource | undefined } {
  const next = seededRandom(1)
  const noise = Float32Array.from({ length: 1_000_003 }, () => 2 * next() - 1)
  const weights: Record<string, Tensor> = {}
  let at = 0
  for (const [key, shape] of timParameters(config, { projector: false })) {
    const made = zeros('f32', shape)
    const spread = shape.length > 1 ? 1 / Math.sqrt(sizeOf(shape.slice(1))) : 0.1
    for (let i = 0; i < made.data.length; i++) made.data[i] = spread * (noise[(at + i) % noise.length] ?? 0)
    at += 7919
    for (const [name, stored] of storedAs(key, made)) weights[name] = stored
  }
  if (BASE === 'f32') return { weights, source: undefined }
  const refs = Object.entries(weights).map(([key, { dtype, shape }]) => ({ key, dtype, shape, file: '', offset: 0, length: 0 }))
  return { weights, source: weightSource('memory', refs) }
}

/** A weight as a base of this precision holds it. */
function storedAs(key: string, weight: Tensor<'f32'>): [string, Tensor][] {
  if (BASE === 'f32' || weight.shape.length !== 2) return [[key, weight]]
  if (BASE === 'f16') return [[key, fromF32(weight, 'f16')]]
  const { values, scale } = quantiseRows(weight)
  return [
    [key, values],
    [key + COMPANIONS.q8Scale, scale],
  ]
}

function batchOf(moving: boolean): ObjectiveBatch<TimCondition> {
  const [t, r] = [Float64Array.of(0.7), Float64Array.of(moving ? 0.3 : 0.7)]
  const shape = [1, config.in_channels, CELLS, CELLS]
  const width = 'cap_feat_dim' in config ? config.cap_feat_dim : 0
  const condition = { y: wave([1, CAPTION, width], 3) }
  return { x: wave(shape, 1), z: wave(shape, 2), t, r, nDiffusion: moving ? 0 : 1, condition }
}

/** Seconds of one call. */
async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}

test('a step of LoRA on the released network, against PyTorch with PEFT', { timeout: 900_000 }, async () => {
  const peer = openPeer()
  const times: StepTimes = { dde: [], diffusion: [], jvp: [], theirs: [] }
  const memory = await peakMemory(() => measure(times, peer))
  peer?.close()
  const figures = figuresOf(times, memory.pss)
  record(['lora-step', ...(BASE === 'f32' ? [] : [BASE]), ...(DEPTH === 28 ? [] : [DEPTH])].join('-'), figures)
  expect(figures.filter((figure) => !keeps(figure))).toEqual([])
})

interface StepTimes {
  readonly dde: number[]
  readonly diffusion: number[]
  readonly jvp: number[]
  readonly theirs: PeerRun[]
}

/** Steps of ours and of PyTorch's in turns, after one that opens the sessions. */
async function measure({ dde, diffusion, jvp, theirs }: StepTimes, peer: Peer | undefined): Promise<void> {
  const { weights: base, source } = randomBase()
  const spec = AdapterSpec.parse({ rank: 16, alpha: 16, targets: { preset: 'attn+cross+mlp' } })
  const weight = (): Tensor<'f32'> => f32([], [0])
  const adapter = createAdapter(spec, timLinearLayers(config), { seed: 0, weight })
  const shapes = new Map(Object.entries(adapter.weights).map(([key, { shape }]) => [key, shape]))
  const graph: AdapterGraph = { layers: adapter.layers, shapes, dropout: 0 }
  const weights = { network: { ...base, ...adapter.weights } }
  const options: ObjectiveOptions = {
    transport: makeTransport('OT_FM'),
    weighting: RELEASED_WEIGHTING,
    derivative: 'dde',
    epsilon: 0.005,
    directional: true,
    projection: 0,
    trainable: [...shapes.keys()],
  }
  const passes = new StagedPasses(timStages(config, graph, source), weights, options, {}, KEEP)
  const objective = new TransitionObjective(timNetworkGraph(config, graph), weights, options, passes)
  const optimiser = new AdamW(objective.trained)
  const step = async (moving: boolean): Promise<void> => {
    const { gradients } = await objective.step(batchOf(moving))
    optimiser.step(gradients, { learningRate: 1e-4, gradientScale: clipFactor(globalNorm(gradients), 1) })
  }
  await step(true)
  await step(false)
  for (let i = 0; i < RUNS; i++) {
    dde.push(await seconds(() => step(true)))
    diffusion.push(await seconds(() => step(false)))
    if (peer) theirs.push(await peer.time('lora_step', { side: 512 }))
  }
  await objective.release()
  if (!process.env['TIM_BENCH_JVP']) return
  const tangents = new StagedPasses(timStages(config, graph, source), weights, { ...options, derivative: 'jvp' }, {})
  const exact = new TransitionObjective(timNetworkGraph(config, graph), weights, { ...options, derivative: 'jvp' }, tangents)
  await exact.step(batchOf(true))
  jvp.push(await seconds(() => exact.step(batchOf(true))))
  await exact.release()
}

function figuresOf({ dde, diffusion, jvp, theirs }: StepTimes, bytes: number): Figure[] {
  const best = (values: readonly number[]): number => Math.min(...values)
  const ours = best(dde)
  const figures: Figure[] = [
    { what: 'DDE step, ours', value: ours, unit: 's' },
    { what: 'diffusion step, ours', value: best(diffusion), unit: 's' },
    { what: 'DDE / diffusion step', value: ours / best(diffusion), unit: '×' },
    { what: 'peak memory, ours', value: bytes / 1e9, unit: 'GB' },
  ]
  if (jvp.length > 0) figures.push({ what: 'JVP / DDE step', value: best(jvp) / ours, unit: '×' })
  if (theirs.length === 0) return figures
  const seconds = best(theirs.map((run) => run.seconds))
  const peak = Math.max(...theirs.map((run) => run.peak))
  return [
    ...figures,
    { what: 'DDE step, PyTorch + PEFT', value: seconds, unit: 's' },
    { what: 'time, ours / theirs', value: ours / seconds, unit: '×', bar: { atMost: 1 } },
    { what: 'peak memory, PyTorch + PEFT', value: peak / 1e9, unit: 'GB' },
    { what: 'memory, ours / theirs', value: bytes / peak, unit: '×', bar: { atMost: BASE === 'f32' ? 0.7 : 0.45 } },
  ]
}
