import type { Provider } from '#shared/schema/recipe'
import { f32 } from '../../ir/tensor'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { relativeError } from './self-tests'

/** How a provider did on a tiny network: its relative error against float64 arithmetic, and the time it took. */
export interface ProviderCheck {
  readonly error: number
  /** Milliseconds to make the session; of one run once warm. */
  readonly createMs: number
  readonly runMs: number
}

const SIZE = 64

/**
 * Runs softmax(x·w)·w on `provider` and compares with the host. Drivers can take the whole process down: call it in a process
 * of its own. Throws EngineError where the provider refuses.
 */
export async function checkProvider(provider: Provider): Promise<ProviderCheck> {
  const b = createBuilder()
  const x = b.input('x', 'f32', ['n', SIZE])
  const w = b.param('w', 'f32', [SIZE, SIZE])
  const graph = b.graph({ y: b.matMul(b.softmax(b.matMul(x, w)), w) })
  const xs = wave(0.37)
  const ws = wave(0.11)
  const began = performance.now()
  const session = await openSession(graph, { provider, weights: { w: f32([SIZE, SIZE], ws) }, weightsAs: 'initializers' })
  const created = performance.now()
  try {
    const feeds = { x: f32([SIZE, SIZE], xs) }
    await session.run(feeds)
    const warm = performance.now()
    const { y } = await session.run(feeds)
    const ended = performance.now()
    return { error: relativeError(y?.data as Float32Array, reference(xs, ws)), createMs: created - began, runMs: ended - warm }
  } finally {
    await session.release()
  }
}

function wave(rate: number): Float32Array {
  return Float32Array.from({ length: SIZE * SIZE }, (_, i) => Math.sin(i * rate))
}

function reference(x: Float32Array, w: Float32Array): Float64Array {
  const scores = product(Float64Array.from(x), w)
  for (let row = 0; row < SIZE; row++) {
    const line = scores.subarray(row * SIZE, (row + 1) * SIZE)
    const top = Math.max(...line)
    const sum = line.reduce((total, score) => total + Math.exp(score - top), 0)
    for (let i = 0; i < SIZE; i++) line[i] = Math.exp((line[i] ?? 0) - top) / sum
  }
  return product(scores, w)
}

function product(a: Float64Array, b: Float32Array): Float64Array {
  const out = new Float64Array(SIZE * SIZE)
  for (let row = 0; row < SIZE; row++) {
    for (let k = 0; k < SIZE; k++) {
      const factor = a[row * SIZE + k] ?? 0
      for (let column = 0; column < SIZE; column++) {
        const at = row * SIZE + column
        out[at] = (out[at] ?? 0) + factor * (b[k * SIZE + column] ?? 0)
      }
    }
  }
  return out
}
