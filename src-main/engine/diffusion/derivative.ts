import { jvp } from '../autodiff/jvp'
import type { Graph } from '../ir/graph'
import { tensor, type Tensor } from '../ir/tensor'
import { createBuilder } from '../ops/table'
import { joined } from './linear'
import type { NetworkGraph } from './network'
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

type Run = (feeds: Record<string, Tensor>) => Promise<Record<string, Tensor>>

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
 * DDE (TiM, arXiv 2509.04394): dF/dt ≈ [F(x_{t+ε}, t+ε, r) − F(x_{t−ε}, t−ε, r)]/(2ε), x_{t±ε} re-noised from the same x and z,
 * both passes in one run. Where the network lives on a bounded interval the centre moves to [T_min+ε, T_max−ε], so that neither
 * pass leaves it. Shape: tokens (B,n,p·p·C) as (B,C,H,W). Float64.
 */
export async function differentialDerivative<C>(
  network: NetworkGraph<C>,
  transport: Transport,
  input: DerivativeInput<C>,
  epsilon: number,
  forward: Run,
): Promise<Float64Array> {
  const { x, z, r } = input
  const { min, max } = transport.time
  const t = transport.bounded ? input.t.map((time) => Math.min(Math.max(time, min + epsilon), max - epsilon)) : input.t
  const [late, early] = [t.map((time) => time + epsilon), t.map((time) => time - epsilon)]
  const at = [late, early].map((times) => noised(transport, { x: x.data, z: z.data, t: times }))
  const count = t.length
  const shape = [2 * count, ...x.shape.slice(1)]
  const both = [...Array(count).keys(), ...Array(count).keys()]
  const feeds = network.feeds(
    tensor('f32', shape, joined(at)),
    networkTimes(transport, Float64Array.from([...late, ...early])),
    networkTimes(transport, Float64Array.from([...r, ...r])),
    network.choose(input.condition, both),
  )
  const F = latentsOf(network, await forward(feeds), 'F', shape)
  const half = F.length / 2
  return Float64Array.from({ length: half }, (_, i) => ((F[i] ?? NaN) - (F[half + i] ?? NaN)) / (2 * epsilon))
}

/** dF/dt exactly, by forward mode with tangents (v_t, 1, 0). Shape: (B,C,H,W). */
export async function exactDerivative<C>(
  network: NetworkGraph<C>,
  transport: Transport,
  input: DerivativeInput<C>,
  tangent: Run,
): Promise<Float32Array> {
  const { x, z, t, r, condition } = input
  const point = { x: x.data, z: z.data, t }
  const xt = tensor('f32', x.shape, Float32Array.from(noised(transport, point)))
  const xDot = tensor('f32', x.shape, Float32Array.from(velocity(transport, point)))
  const at = {
    t: networkTimes(transport, t),
    r: networkTimes(transport, r),
    tDot: t.map((time) => transport.networkTimeRate(time)),
  }
  const dots = Object.entries(network.feedTangents(xDot, at)).map(([name, value]) => [dotName(name), value] as const)
  const feeds = { ...network.feeds(xt, at.t, at.r, condition), ...Object.fromEntries(dots) }
  return latentsOf(network, await tangent(feeds), 'dF', x.shape)
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
