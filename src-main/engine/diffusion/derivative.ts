import { jvp } from '../autodiff/jvp'
import type { Graph } from '../ir/graph'
import { tensor, type Tensor } from '../ir/tensor'
import { createBuilder } from '../ops/table'
import { joined } from './linear'
import type { NetworkGraph } from './network'
import type { NetworkPoint, TangentPoint } from './passes'
import { networkTimes, noised, velocity } from './path'
import type { Transport } from './transports/transport'

/** How dF/dt along the path is found: central difference of two passes, or exactly by forward mode. */
export type DerivativeType = 'dde' | 'jvp'

/** Some samples of a batch: shape (B,C,H,W); times length B. */
export interface DerivativeInput<C> {
  readonly x: Tensor<'f32'>
  readonly z: Tensor<'f32'>
  readonly t: Float64Array
  readonly r: Float64Array
  readonly condition: C
}

/** The graph of F alone: output `F`. */
export function forwardGraph<C>(network: NetworkGraph<C>): Graph {
  const b = createBuilder()
  return b.graph({ F: network.build(b, { projector: false }).F })
}

/** The graph of dF/dt alone, with tangents as inputs `NAME.dot`: output `dF`. */
export function tangentGraph<C>(network: NetworkGraph<C>): Graph {
  const b = createBuilder()
  const { F, moving } = network.build(b, { projector: false })
  const inputs = Object.entries(moving)
  const tangents = inputs.map(([name, value]) => b.input(dotName(name), value.dtype, value.shape))
  const [dF = b.zero(F)] = jvp(b, { outputs: [F], inputs: inputs.map(([, value]) => value), tangents })
  return b.graph({ dF })
}

function dotName(name: string): string {
  return `${name}.dot`
}

/**
 * The two passes of the DDE (TiM, arXiv 2509.04394) as one batch: x_{t±ε} re-noised from the same x and z, at t ± ε and the same r.
 * Where the network lives on a bounded interval the centre moves to [T_min+ε, T_max−ε], so that neither pass leaves it.
 */
export function differencePoint<C>(
  transport: Transport,
  input: DerivativeInput<C>,
  epsilon: number,
  choose: NetworkGraph<C>['choose'],
): NetworkPoint<C> {
  const { x, z, r } = input
  const { min, max } = transport.time
  const t = transport.bounded ? input.t.map((time) => Math.min(Math.max(time, min + epsilon), max - epsilon)) : input.t
  const [late, early] = [t.map((time) => time + epsilon), t.map((time) => time - epsilon)]
  const at = [late, early].map((times) => noised(transport, { x: x.data, z: z.data, t: times }))
  const count = t.length
  const both = [...Array(count).keys(), ...Array(count).keys()]
  return {
    x: tensor('f32', [2 * count, ...x.shape.slice(1)], joined(at)),
    t: networkTimes(transport, Float64Array.from([...late, ...early])),
    r: networkTimes(transport, Float64Array.from([...r, ...r])),
    condition: choose(input.condition, both),
  }
}

/** dF/dt ≈ [F(x_{t+ε}, t+ε, r) − F(x_{t−ε}, t−ε, r)]/(2ε) from F at `differencePoint`. Shape: (2·B,C,H,W) → (B,C,H,W). Float64. */
export function difference(F: Float32Array, epsilon: number): Float64Array {
  const half = F.length / 2
  return Float64Array.from({ length: half }, (_, i) => ((F[i] ?? NaN) - (F[half + i] ?? NaN)) / (2 * epsilon))
}

/** Where forward mode finds dF/dt exactly: x_t, t and r, which move with v_t, 1 and 0. */
export function tangentPoint<C>(transport: Transport, { x, z, t, r, condition }: DerivativeInput<C>): TangentPoint<C> {
  const point = { x: x.data, z: z.data, t }
  return {
    x: tensor('f32', x.shape, Float32Array.from(noised(transport, point))),
    t: networkTimes(transport, t),
    r: networkTimes(transport, r),
    condition,
    xDot: tensor('f32', x.shape, Float32Array.from(velocity(transport, point))),
    tDot: t.map((time) => transport.networkTimeRate(time)),
  }
}

/** Feeds of a network and of the tangents of what moves in it. */
export function tangentFeeds<C>(network: NetworkGraph<C>, { xDot, tDot, ...point }: TangentPoint<C>): Record<string, Tensor> {
  const dots = Object.entries(network.feedTangents(xDot, { t: point.t, r: point.r, tDot }))
  const named = dots.map(([name, value]) => [dotName(name), value] as const)
  return { ...network.feeds(point.x, point.t, point.r, point.condition), ...Object.fromEntries(named) }
}

/** An output of tokens as latents of the given (B,C,H,W). */
export function latentsOf<C>(
  network: NetworkGraph<C>,
  outputs: Record<string, Tensor>,
  name: string,
  shape: readonly number[],
): Float32Array {
  return network.fromTokens(f32Output(outputs, name), shape).data
}

/** An output that is f32 by the graph's construction. */
export function f32Output(outputs: Record<string, Tensor>, name: string): Tensor<'f32'> {
  const output = outputs[name]
  if (output?.dtype !== 'f32') throw new TypeError(`Output '${name}' is ${output?.dtype ?? 'missing'}, not f32.`)
  return output as Tensor<'f32'>
}
