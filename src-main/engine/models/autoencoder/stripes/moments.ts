import { mulDims } from '../../../ir/dim'
import { f32, type Tensor } from '../../../ir/tensor'
import type { Value } from '../../../ir/value'
import { channelsOf } from '../../../nn/grid'
import type { Net } from '../../../nn/net'
import { plainNet } from '../../../nn/net'
import { createBuilder } from '../../../ops/table'
import { Grid, inGraph } from './grid'
import type { Sessions } from './sessions'
import type { KeptStripe } from './shelf'
import type { Stream } from './stream'
import type { Known, Trace, Whole } from './whole'

/** Mean and variance of each group of channels over a whole picture: what group normalisation knows of it. Each (G). */
export interface Moments {
  readonly mean: Known
  readonly variance: Known
}

/** A grid that can be read more than once, and what group normalisation must know of it. */
export interface Measured {
  readonly grid: Whole
  readonly moments: Moments
}

/** Rows that a later convolution sees beyond a stripe. */
const EDGE_ROWS = 1

/**
 * Makes a stream whole and measures it on the way: means and squared deviations of each stripe, joined pairwise in float64 (Chan,
 * Golub & LeVeque 1979), so that nothing is subtracted from nearly itself.
 */
export async function measure(sessions: Sessions, stream: Stream, groups: number): Promise<Measured> {
  if (stream.isWhole) return { grid: inGraph(stream), moments: momentsInGraph(stream, groups) }
  const { side, channels, columns } = stream.form
  const reader = stream.reader(EDGE_ROWS)
  const b = createBuilder()
  const x = b.input('x', 'f32', [side * side, channels, 'r', columns])
  const session = await sessions.open(b.graph(stripeMoments(plainNet(b), x, groups)))
  const joined = { count: 0, mean: new Float64Array(groups), squares: new Float64Array(groups) }
  const stripes: KeptStripe[] = []
  for (const [index, rows] of stream.rows.entries()) {
    const stripe = await stream.take(index)
    const { mean, variance } = await session.run({ x: stripe.body })
    join(joined, side * side * rows * columns * (channels / groups), mean, variance)
    stripes.push(sessions.shelf.keep(stripe))
    reader.done(index)
  }
  const tensor = (values: Float64Array): Tensor<'f32'> => f32([groups], Float32Array.from(values))
  const moments = { mean: tensor(joined.mean), variance: tensor(joined.squares.map((sum) => sum / joined.count)) }
  return { grid: new Grid(stream.form, stream.rows, stripes, sessions.buffers), moments }
}

function momentsInGraph(stream: Stream, groups: number): Moments {
  const key = {}
  // One value, (2·G), so that both are made of one reading.
  const both = (trace: Trace): Value =>
    trace.once(key, () => {
      const { mean, variance } = stripeMoments(trace.net, trace.of(stream), groups)
      return trace.net.b.concat([mean, variance], 0)
    })
  const part = (from: number): Known => ({
    shape: [groups],
    in: (trace) => trace.net.b.slice(both(trace), 0, from, from + groups),
  })
  return { mean: part(0), variance: part(groups) }
}

/** Shape: (s²,C,r,T) → mean and variance of its groups, each (G). */
function stripeMoments({ b }: Net, x: Value, groups: number): Record<'mean' | 'variance', Value> {
  const [cells = 1, , R = 1, T = 1] = x.shape
  const grouped = b.reshape(x, [cells, groups, mulDims(channelsOf(x) / groups, mulDims(R, T))])
  const mean = b.reduceMean(grouped, [0, 2], true)
  const centred = b.sub(grouped, mean)
  return { mean: b.reshape(mean, [groups]), variance: b.reduceMean(b.mul(centred, centred), [0, 2]) }
}

interface Joined {
  count: number
  readonly mean: Float64Array
  readonly squares: Float64Array
}

// mean ← mean + δ·n₂/n, squares ← squares + squares₂ + δ²·n₁n₂/n with δ = mean₂ − mean
function join(to: Joined, count: number, mean: Tensor | undefined, variance: Tensor | undefined): void {
  const all = to.count + count
  for (let g = 0; g < to.mean.length; g++) {
    const delta = Number(mean?.data[g]) - (to.mean[g] ?? 0)
    to.mean[g] = (to.mean[g] ?? 0) + (delta * count) / all
    to.squares[g] = (to.squares[g] ?? 0) + Number(variance?.data[g]) * count + (delta * delta * to.count * count) / all
  }
  to.count = all
}
