import { expect, test } from 'vitest'
import { vjp } from '../../src-main/engine/autodiff/vjp'
import { evaluateDim } from '../../src-main/engine/ir/dim'
import { nameOf, type Graph } from '../../src-main/engine/ir/graph'
import { f32, sizeOf, type Tensor } from '../../src-main/engine/ir/tensor'
import { TimConfig } from '../../src-main/engine/models/tim/config'
import { timFeeds, timNetworkGraph } from '../../src-main/engine/models/tim/network-graph'
import { createBuilder } from '../../src-main/engine/ops/table'
import { openSession } from '../../src-main/engine/runtime/session'
import { bound, cheapest, keeps, record, type Figure } from '../support/figures'
import { seededRandom } from '../support/mutate'

/** One thread: CPU time then is the time a quiet core takes, whatever else the machine does. */
const THREADS = 1
/** A machine that does other things too may take long; the figures do not mind. */
const PATIENCE_MS = 900_000
const switches = { qk_norm: true, new_condition: 't-r', use_new_embed: true, distance_aware: true, encoder_depth: 1 } as const

function random(shape: readonly number[]): Tensor<'f32'> {
  const next = seededRandom(shape.length)
  const spread = shape.length > 1 ? 1 / Math.sqrt(sizeOf(shape.slice(1))) : 0.1
  return f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => spread * (2 * next() - 1)),
  )
}

interface Work {
  readonly config: TimConfig
  readonly batch: number
  readonly side: number
  readonly caption: number
}

function feedsOf({ config, batch, side, caption }: Work): Record<string, Tensor> {
  const times = Float64Array.from({ length: batch }, (_, i) => (i + 1) / batch)
  const width = 'cap_feat_dim' in config ? config.cap_feat_dim : 0
  return timFeeds(
    config,
    random([batch, config.in_channels, side, side]),
    times,
    times.map((t) => t / 2),
    { y: random([batch, caption, width]) },
  )
}

const weightsOf = (graph: Graph): Record<string, Tensor> =>
  Object.fromEntries(graph.params.map((param) => [nameOf(param), random(param.shape.map(Number))]))

/** m×k·k×n products of a graph, batched ones counted as often as they run. */
function products(
  graph: Graph,
  symbols: Record<string, number>,
): { readonly key: string; readonly count: number; readonly shapes: number[][] }[] {
  const found = new Map<string, { count: number; shapes: number[][] }>()
  for (const node of graph.nodes) {
    if (node.op !== 'MatMul') continue
    const shapes = node.inputs.map((value) => value.shape.map((dim) => evaluateDim(dim, symbols)))
    const key = shapes.map((shape) => shape.join('×')).join(' · ')
    const known = found.get(key)
    found.set(key, { count: (known?.count ?? 0) + 1, shapes })
  }
  return [...found].map(([key, rest]) => ({ key, ...rest }))
}

const flopsOf = ([x = [], y = []]: number[][]): number => 2 * sizeOf(x) * (y.at(-1) ?? 1)

/** Milliseconds of one product alone: the faster of both operands given and the second one stored. */
async function alone(shapes: number[][]): Promise<number> {
  const [x = [], y = []] = shapes
  const costs: number[] = []
  for (const stored of [false, true]) {
    const b = createBuilder()
    const right = stored ? b.param('y', 'f32', y) : b.input('y', 'f32', y)
    const graph = b.graph({ z: b.matMul(b.input('x', 'f32', x), right) })
    const session = await openSession(graph, {
      threads: THREADS,
      ...(stored ? { weights: { y: random(y) }, weightsAs: 'initializers' as const } : {}),
    })
    const feeds = { x: random(x), y: random(y) }
    await session.run(feeds)
    costs.push(bound(await cheapest(5, () => session.run(feeds))))
    await session.release()
  }
  return Math.min(...costs)
}

test('graphs keep close to the products they are made of, and backward to forward', { timeout: PATIENCE_MS }, async () => {
  const figures: Figure[] = []

  // Two blocks of the released T2I width at 512 × 512 pixels: 256 tokens.
  const wide: Work = {
    config: TimConfig.parse({
      ...switches,
      input_size: 16,
      patch_size: 1,
      in_channels: 32,
      depth: 2,
      hidden_size: 1152,
      cap_feat_dim: 1152,
      num_heads: 16,
      lora_hidden_size: 384,
    }),
    batch: 1,
    side: 16,
    caption: 32,
  }
  const b = createBuilder()
  const graph = b.graph({ F: timNetworkGraph(wide.config).build(b, { projector: false }).F })
  const session = await openSession(graph, { threads: THREADS, weights: weightsOf(graph), weightsAs: 'initializers' })
  const feeds = feedsOf(wide)
  await session.run(feeds)
  const whole = bound(await cheapest(5, () => session.run(feeds)))
  await session.release()
  const parts = products(graph, { b: 1, n: 256, m: wide.caption })
  let [flops, ideal] = [0, 0]
  for (const { count, shapes } of parts) {
    flops += count * flopsOf(shapes)
    ideal += count * (await alone(shapes))
  }
  figures.push({
    what: 'share of the machine’s own GEMM rate, D 1152, 256 tokens',
    value: (100 * ideal) / whole,
    unit: '%',
    bar: { atLeast: 70 },
    note: `${(flops / whole / 1e6).toFixed(1)} GFLOP/s on one thread, its products alone ${(flops / ideal / 1e6).toFixed(1)}`,
  })

  // The embedded model's shape, batch 16, all parameters.
  const small: Work = {
    config: TimConfig.parse({
      ...switches,
      input_size: 8,
      patch_size: 1,
      in_channels: 48,
      depth: 6,
      hidden_size: 256,
      cap_feat_dim: 384,
      num_heads: 4,
      lora_hidden_size: 96,
    }),
    batch: 16,
    side: 8,
    caption: 16,
  }
  const forward = await costOf(small, false)
  const both = await costOf(small, true)
  figures.push({
    what: 'forward and backward against forward, D 256 × 6, batch 16',
    value: both / forward,
    unit: '×',
    bar: { atMost: 3.5 },
    note: `${forward.toFixed(0)} and ${both.toFixed(0)} ms on one thread`,
  })

  record('graphs', figures)
  expect(figures.filter((figure) => !keeps(figure)).map(({ what }) => what)).toEqual([])
})

/** Milliseconds of F alone, or of F and the gradients of Σ F² for every parameter. */
async function costOf(work: Work, backward: boolean): Promise<number> {
  const b = createBuilder()
  const { F } = timNetworkGraph(work.config).build(b, { projector: false })
  const forward = b.graph({ F })
  const bars = backward ? vjp(b, { outputs: [F], cotangents: [F], wrt: forward.params }) : []
  const graph = b.graph({ F, ...Object.fromEntries(bars.map((bar, i) => [`bar.${i}`, bar])) })
  const session = await openSession(graph, { threads: THREADS, weights: weightsOf(forward) })
  const feeds = feedsOf(work)
  await session.run(feeds)
  const cost = bound(await cheapest(3, () => session.run(feeds)))
  await session.release()
  return cost
}
