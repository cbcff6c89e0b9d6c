import type { Provider } from '#shared/schema/recipe'
import type { Graph } from '../../ir/graph'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'

/** Small graphs that show what a driver computes rightly. Each may fail, or take its process down: run them in one of its own. */

/** 16-bit arithmetic is off by 2⁻¹¹ a product; a wrong kernel by far more. */
const LARGEST_ERROR = { fused: 1e-3, f16: 1e-2 } as const

/** More tokens than a software driver's kernel got right (below 64), and no multiple of a tile. */
const TOKENS = 130
const HEADS = 2
const WIDTH = 24

/** Whether fused attention gives what its parts give. */
export async function fusedAttentionIsRight(provider: Provider): Promise<boolean> {
  const shape = [1, TOKENS, HEADS * WIDTH]
  const feeds = { q: wave(shape, 0.37), k: wave(shape, 0.11), v: wave(shape, 0.73) }
  const [fused, parts] = [await run(provider, fusedAttention(), feeds), await run(provider, plainAttention(), feeds)]
  return relativeError(fused, parts) < LARGEST_ERROR.fused
}

const inputs = (b: ReturnType<typeof createBuilder>) =>
  (['q', 'k', 'v'] as const).map((name) => b.input(name, 'f32', [1, 'n', HEADS * WIDTH])) as [never, never, never]

function fusedAttention(): Graph {
  const b = createBuilder()
  const [q, k, v] = inputs(b)
  return b.graph({ y: b.emit('MultiHeadAttention', [q, k, v], { heads: HEADS, scale: WIDTH ** -0.5 }) })
}

function plainAttention(): Graph {
  const b = createBuilder()
  const [q, k, v] = inputs(b).map((x) => b.transpose(b.reshape(x, [1, 'n', HEADS, WIDTH]), [0, 2, 1, 3])) as [never, never, never]
  const scores = b.scale(b.matMul(q, b.transpose(k, [0, 1, 3, 2])), WIDTH ** -0.5)
  return b.graph({ y: b.reshape(b.transpose(b.matMul(b.softmax(scores), v), [0, 2, 1, 3]), [1, 'n', HEADS * WIDTH]) })
}

/** Whether a product in 16 bits runs and is right. Drivers without it fail when it runs, not when it is made. */
export async function halfFloatsWork(provider: Provider): Promise<boolean> {
  const size = 64
  const product = (dtype: 'f16' | 'f32'): Graph => {
    const b = createBuilder()
    const x = b.cast(b.input('x', 'f32', [size, size]), dtype)
    return b.graph({ y: b.cast(b.matMul(x, x), 'f32') })
  }
  const feeds = { x: wave([size, size], 0.37) }
  try {
    const [half, whole] = [await run(provider, product('f16'), feeds), await run(provider, product('f32'), feeds)]
    return relativeError(half, whole) < LARGEST_ERROR.f16
  } catch {
    return false
  }
}

/** Billions of operations a second of a product of a network's size, the way to the device and back included. */
export async function speedOf(provider: Provider): Promise<number> {
  const [rows, inner, columns] = [128, 1152, 1152]
  const b = createBuilder()
  const graph = b.graph({ y: b.matMul(b.input('x', 'f32', [rows, inner]), b.param('w', 'f32', [inner, columns])) })
  const session = await openSession(graph, { provider, weights: { w: wave([inner, columns], 0.11) }, weightsAs: 'initializers' })
  try {
    const feeds = { x: wave([rows, inner], 0.37) }
    let best = Infinity
    for (let round = 0; round < 3; round++) {
      const from = performance.now()
      await session.run(feeds)
      if (round > 0) best = Math.min(best, performance.now() - from)
    }
    return (2 * rows * inner * columns) / best / 1e6
  } finally {
    await session.release()
  }
}

async function run(provider: Provider, graph: Graph, feeds: Record<string, Tensor>): Promise<Float32Array> {
  const session = await openSession(graph, { provider })
  try {
    return (await session.run(feeds))['y']?.data as Float32Array
  } finally {
    await session.release()
  }
}

function wave(shape: readonly number[], rate: number): Tensor<'f32'> {
  return f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * rate)),
  )
}

/** ‖a − b‖ / ‖b‖; NaN, which no bound holds for, where either has one. */
export function relativeError(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let difference = 0
  let size = 0
  for (let i = 0; i < b.length; i++) {
    difference += ((a[i] ?? NaN) - (b[i] ?? 0)) ** 2
    size += (b[i] ?? 0) ** 2
  }
  return Math.sqrt(difference / size)
}
