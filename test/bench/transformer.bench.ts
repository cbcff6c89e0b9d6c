import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-node'
import { afterAll, describe, expect, test } from 'vitest'
import { evaluateDim } from '../../src-main/engine/ir/dim'
import { f32, sizeOf, type Tensor } from '../../src-main/engine/ir/tensor'
import { openTim } from '../../src-main/engine/models/tim/load'
import { timNetworkGraph, type TimCondition } from '../../src-main/engine/models/tim/network-graph'
import type { TimNetwork } from '../../src-main/engine/models/tim/network'
import { openTimNetwork } from '../../src-main/engine/models/tim/open-network'
import { createBuilder } from '../../src-main/engine/ops/table'
import { openSession } from '../../src-main/engine/runtime/session'
import { componentFolder } from '../../src-main/engine/weights/manifest'
import { keeps, record, type Figure } from '../support/figures'
import { fullSizeModel, transformerAt } from '../support/full-size'
import { seededRandom } from '../support/mutate'
import { openPeer } from './peer/peer'

/** The 865 M transformer on this machine's CPU, beside PyTorch's in the same run where there is one. */
const PATIENCE_MS = 3_600_000
const ROUNDS = 3
const CAPTION = 32
const peer = openPeer()
afterAll(() => peer?.close())

const random = (shape: readonly number[], spread = 1): Tensor<'f32'> => {
  const next = seededRandom(shape.length)
  return f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => spread * 2 * (next() + next() + next() - 1.5)),
  )
}
const inputOf = (cells: number): Tensor<'f32'> => random([1, 32, cells, cells])
const captions = (count: number): TimCondition[] => Array.from({ length: count }, () => ({ y: random([1, CAPTION, 1152]) }))

/** Seconds of work, and those of them inside ONNX Runtime's run. */
async function timed(work: () => Promise<unknown>): Promise<{ readonly all: number; readonly inside: number }> {
  const { InferenceSession } = createRequire(import.meta.url)('onnxruntime-node') as typeof Ort
  const { prototype } = InferenceSession as unknown as { prototype: { run: (...given: unknown[]) => Promise<unknown> } }
  const { run } = prototype
  let inside = 0
  prototype.run = async function (...given) {
    const from = performance.now()
    const result = await run.apply(this, given)
    inside += performance.now() - from
    return result
  }
  try {
    const from = performance.now()
    await work()
    return { all: (performance.now() - from) / 1000, inside: inside / 1000 }
  } finally {
    prototype.run = run
  }
}

/** One step; each at a time of its own, so that nothing of the last one can be used again. */
let step = 0
async function pass(network: TimNetwork, cells: number, guided: boolean): ReturnType<typeof timed> {
  const conditions = captions(guided ? 2 : 1)
  const t = 0.9 - 1e-3 * step++
  return timed(() => network.predict(inputOf(cells), Float64Array.of(t), Float64Array.of(t - 0.1), conditions))
}

const least = (values: readonly number[]): number => Math.min(...values)

/** Keeps and judges a table of figures. */
function judge(name: string, figures: readonly Figure[]): void {
  record(name, figures)
  expect(figures.filter((figure) => !keeps(figure)).map(({ what }) => what)).toEqual([])
}

describe.each([512, 1024])('%i pixels a side', (side) => {
  const cells = side / 32
  test.each([false, true])('guided: %s', { timeout: PATIENCE_MS }, async (guided) => {
    const original = componentFolder(await fullSizeModel(), 'transformer')
    const networks = {
      f32: openTimNetwork(openTim(original)),
      int8: openTimNetwork(openTim(await transformerAt(original, 'int8'))),
    }
    const times: Record<string, number[]> = { f32: [], int8: [], peer: [], outside: [] }
    for (const network of Object.values(networks)) await pass(network, cells, guided)
    for (let round = 0; round < ROUNDS; round++) {
      if (peer) times['peer']?.push((await peer.time('nfe', { side, guided })).seconds)
      for (const [name, network] of Object.entries(networks)) {
        const { all, inside } = await pass(network, cells, guided)
        times[name]?.push(all)
        if (name === 'f32') times['outside']?.push((100 * (all - inside)) / all)
      }
    }
    for (const network of Object.values(networks)) await network.release()
    const at = `${side}²${guided ? ', guided' : ''}`
    const figures: Figure[] = [
      { what: `f32: one step at ${at}`, value: least(times['f32'] ?? []), unit: 's' },
      { what: `int8: one step at ${at}`, value: least(times['int8'] ?? []), unit: 's' },
      { what: `f32: outside of session.run at ${at}`, value: least(times['outside'] ?? []), unit: '%', bar: { atMost: 3 } },
    ]
    if (peer) {
      const theirs = least(times['peer'] ?? [])
      figures.push(
        { what: `PyTorch: one step at ${at}`, value: theirs, unit: 's' },
        { what: `f32 ÷ PyTorch at ${at}`, value: least(times['f32'] ?? []) / theirs, unit: '×', bar: { atMost: 0.95 } },
        { what: `int8 ÷ PyTorch at ${at}`, value: least(times['int8'] ?? []) / theirs, unit: '×', bar: { atMost: 0.6 } },
      )
    }
    judge(`transformer-${side}${guided ? '-guided' : ''}`, figures)
  })

  test('share of the machine’s own GEMM rate', { timeout: PATIENCE_MS }, async () => {
    const checkpoint = openTim(componentFolder(await fullSizeModel(), 'transformer'))
    const network = openTimNetwork(checkpoint)
    await pass(network, cells, false)
    const products = productsOf(checkpoint.config, cells)
    let ideal = 0
    const steps: number[] = []
    for (const { count, shapes } of products) {
      ideal += count * (await alone(shapes))
      if (steps.length < ROUNDS) steps.push((await pass(network, cells, false)).all)
    }
    await network.release()
    const flops = products.reduce((sum, { count, shapes: [x = [], y = []] }) => sum + count * 2 * sizeOf(x) * (y.at(-1) ?? 1), 0)
    const note = `${(flops / least(steps) / 1e9).toFixed(0)} GFLOP/s; its products alone ${(flops / ideal / 1e9).toFixed(0)}`
    judge(`transformer-gemm-${side}`, [
      {
        what: `share of the machine’s own GEMM rate at ${side}²`,
        value: (100 * ideal) / least(steps),
        unit: '%',
        bar: { atLeast: 85 },
        note,
      },
    ])
  })
})

test('load and the first step', { timeout: PATIENCE_MS }, async () => {
  const folder = componentFolder(await fullSizeModel(), 'transformer')
  const runs: { load: number; first: number; third: number }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const from = performance.now()
    const network = openTimNetwork(openTim(folder))
    await network.open()
    const load = (performance.now() - from) / 1000
    const steps: number[] = []
    for (let i = 0; i < 3; i++) steps.push((await pass(network, 16, false)).all)
    await network.release()
    runs.push({ load, first: steps[0] ?? NaN, third: steps[2] ?? NaN })
  }
  judge('transformer-load', [
    { what: 'load, warm (file in the page cache)', value: least(runs.map(({ load }) => load)), unit: 's', bar: { atMost: 1.5 } },
    {
      what: 'first step ÷ third, 512²',
      value: least(runs.map(({ first }) => first)) / least(runs.map(({ third }) => third)),
      unit: '×',
      bar: { atMost: 1.2 },
    },
  ])
})

interface Product {
  readonly count: number
  readonly shapes: readonly (readonly number[])[]
}

/** The matrix products of one pass, attention's too, each shape with how often it occurs. */
function productsOf(config: Parameters<typeof timNetworkGraph>[0], cells: number): Product[] {
  const b = createBuilder()
  const graph = b.graph({ F: timNetworkGraph(config).build(b, { projector: false }).F })
  const found = new Map<string, { count: number; shapes: number[][] }>()
  for (const node of graph.nodes) {
    if (
      node.op !== 'MatMul' ||
      node.inputs.some(({ source }) => source.kind === 'node' && source.node.path.includes('y_embedder'))
    )
      continue
    // What depends on the caption alone is computed once for all steps.
    if (/cross_attn/.test(node.path) === false && /kv$/.test(node.path)) continue
    const shapes = node.inputs.map((value) => value.shape.map((dim) => evaluateDim(dim, { b: 1, n: cells ** 2, m: CAPTION })))
    const key = shapes.map((shape) => shape.join('×')).join(' · ')
    found.set(key, { count: (found.get(key)?.count ?? 0) + 1, shapes })
  }
  return [...found.values()]
}

/** Seconds of one product alone: the best of MatMul and Gemm with a stored right operand, and of MatMul with a given one. */
async function alone(shapes: Product['shapes']): Promise<number> {
  const [x = [], y = []] = shapes
  const ways = y.length === 2 ? (['given', 'stored', 'gemm'] as const) : (['given'] as const)
  const costs: number[] = []
  for (const way of ways) {
    const b = createBuilder()
    const left = b.input('x', 'f32', x)
    const w =
      way === 'gemm'
        ? b.param('w', 'f32', [y[1] ?? 1, y[0] ?? 1])
        : way === 'stored'
          ? b.param('w', 'f32', y)
          : b.input('w', 'f32', y)
    const rows = sizeOf(x.slice(0, -1))
    const z = way === 'gemm' ? b.emit('Gemm', [b.reshape(left, [rows, x.at(-1) ?? 1]), w], { transB: true }) : b.matMul(left, w)
    const weights =
      way === 'given' ? {} : { weights: { w: random(w.shape.map(Number), 0.03) }, weightsAs: 'initializers' as const }
    const session = await openSession(b.graph({ z }), weights)
    const feeds = { x: random(x), ...(way === 'given' ? { w: random(y) } : {}) }
    await session.run(feeds)
    for (let i = 0; i < 4; i++) costs.push((await timed(() => session.run(feeds))).all)
    await session.release()
  }
  return least(costs)
}
