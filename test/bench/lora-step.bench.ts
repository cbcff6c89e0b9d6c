import { test } from 'vitest'
import { TransitionObjective, type ObjectiveBatch, type ObjectiveOptions } from '../../src-main/engine/diffusion/objective'
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
import { AdamW } from '../../src-main/engine/training/adamw'
import { clipFactor, globalNorm } from '../../src-main/engine/training/clip'
import { record, type Figure } from '../support/figures'
import { seededRandom } from '../support/mutate'
import { wave } from '../support/toy-network'
import { openPeer } from './peer/peer'

/** The released T2I network: 865 million parameters. */
const config = TimConfig.parse({
  input_size: 16,
  patch_size: 1,
  in_channels: 32,
  depth: Number(process.env['TIM_BENCH_DEPTH'] ?? 28),
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
function randomWeights(): Record<string, Tensor<'f32'>> {
  const next = seededRandom(1)
  const noise = Float32Array.from({ length: 1_000_003 }, () => 2 * next() - 1)
  const weights: Record<string, Tensor<'f32'>> = {}
  let at = 0
  for (const [key, shape] of timParameters(config, { projector: false })) {
    const made = zeros('f32', shape)
    const spread = shape.length > 1 ? 1 / Math.sqrt(sizeOf(shape.slice(1))) : 0.1
    for (let i = 0; i < made.data.length; i++) made.data[i] = spread * (noise[(at + i) % noise.length] ?? 0)
    at += 7919
    weights[key] = made
  }
  return weights
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
  const base = randomWeights()
  const spec = AdapterSpec.parse({ rank: 16, alpha: 16, targets: { preset: 'attn+cross+mlp' } })
  const weight = (key: string): Tensor<'f32'> => base[`${key}.weight`] ?? f32([], [0])
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
  const passes = new StagedPasses(timStages(config, graph), weights, options, {})
  const objective = new TransitionObjective(timNetworkGraph(config, graph), weights, options, passes)
  const optimiser = new AdamW(objective.trained)
  const step = async (moving: boolean): Promise<void> => {
    const { gradients } = await objective.step(batchOf(moving))
    optimiser.step(gradients, { learningRate: 1e-4, gradientScale: clipFactor(globalNorm(gradients), 1) })
  }
  await step(true)
  const peer = openPeer()
  const [ours, theirs, plain]: [number[], number[], number[]] = [[], [], []]
  for (let i = 0; i < 2; i++) {
    ours.push(await seconds(() => step(true)))
    plain.push(await seconds(() => step(false)))
    if (peer) theirs.push((await peer.time('lora', { side: 512 })).seconds)
  }
  peer?.close()
  await objective.release()
  const figures: Figure[] = [
    { what: 'DDE step', value: Math.min(...ours), unit: 's' },
    { what: 'diffusion step', value: Math.min(...plain), unit: 's' },
  ]
  if (theirs.length > 0) {
    const ratio = Math.min(...ours) / Math.min(...theirs)
    figures.push({ what: 'PyTorch + PEFT, DDE step', value: Math.min(...theirs), unit: 's' })
    figures.push({ what: 'ours / theirs', value: ratio, unit: '×', bar: { atMost: 1 } })
  }
  record('lora-step', figures)
})
