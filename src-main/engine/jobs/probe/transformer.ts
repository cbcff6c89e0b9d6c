import { z } from 'zod'
import { vjp } from '../../autodiff/vjp'
import { isZero } from '../../ir/value'
import { plainNet } from '../../nn/net'
import { zeros, type Tensor } from '../../ir/tensor'
import { isTextConditional, NEW_CONDITIONS, type TimConfig } from '../../models/tim/config'
import { patchifyOutput } from '../../models/tim/host'
import { openTim, readTimWeights } from '../../models/tim/load'
import { TimNetwork } from '../../models/tim/network'
import { netWith, timFeeds, timNetworkGraph, type AdapterGraph, type TimCondition } from '../../models/tim/network-graph'
import { createBuilder } from '../../ops/table'
import { forProvider } from '../../passes/for-provider'
import { weightsOn } from '../../runtime/devices'
import { openSession, type Provider } from '../../runtime/session'
import { defineComponent } from './component'
import type { Inputs } from './inputs'
import { probedAdapter } from './adapter'

/** F(x, t, r, y) of a TiM network; with a cotangent also the gradients of Σ out·cotangent. Times are the network's own. */
export const transformer = defineComponent({
  summary: 'x, t, r, y [, cotangent] → out [, grad.KEY]',
  needs: { model: true, input: true, output: true, adapter: 'allowed' },
  options: z.object({ new_condition: z.enum(NEW_CONDITIONS).optional() }),
  run: async ({ inputs, options, model, adapter: folder, provider }) => {
    const checkpoint = openTim(model)
    const config = withCondition(checkpoint.config, options.new_condition)
    const point = readPoint(inputs, config)
    const cotangent = inputs.maybe('cotangent', 'f32', ['B', config.in_channels, 'H', 'W'])
    inputs.finish()
    const adapter = folder === undefined ? undefined : probedAdapter(folder, checkpoint)
    const weights = { ...readTimWeights(checkpoint), ...adapter?.weights }
    const network: Bound = { config, provider, weights, ...(adapter && { adapter: adapter.graph }) }
    const out = await evaluate(network, point)
    if (!cotangent) return { tensors: { out } }
    const wanted = Object.keys(adapter?.weights ?? network.weights)
    return { tensors: { out, ...(await gradients(network, point, cotangent, wanted)) } }
  },
})

/** A network with its weights, and with its adapter where there is one. */
interface Bound {
  readonly config: TimConfig
  readonly provider: Provider
  readonly weights: Readonly<Record<string, Tensor<'f32'>>>
  readonly adapter?: AdapterGraph
}

/** The config with another choice of what Δt embeds, where one is asked for. */
export function withCondition(config: TimConfig, condition: TimConfig['new_condition'] | undefined): TimConfig {
  return condition === undefined ? config : { ...config, new_condition: condition }
}

/** Where a network is evaluated. */
export interface Point {
  readonly x: Tensor<'f32'>
  readonly t: Float64Array
  readonly r: Float64Array
  readonly condition: TimCondition
}

/** Takes x (B,C,H,W), t (B), r (B) and y: caption features (B,M,C) or class ids (B). */
export function readPoint(inputs: Inputs, config: TimConfig): Point {
  const x = inputs.take('x', 'f32', ['B', config.in_channels, 'H', 'W'])
  const t = Float64Array.from(inputs.take('t', 'f32', ['B']).data)
  const r = Float64Array.from(inputs.take('r', 'f32', ['B']).data)
  return { x, t, r, condition: readCondition(inputs, config, 'y') }
}

/** Takes the condition under `name`. */
export function readCondition(inputs: Inputs, config: TimConfig, name: string): TimCondition {
  if (isTextConditional(config)) return { y: inputs.take(name, 'f32', ['B', 'M', config.cap_feat_dim]) }
  const classes = [...inputs.take(name, 'i64', ['B']).data].map(Number)
  const rows = config.num_classes + (config.class_dropout_prob > 0 ? 1 : 0)
  inputs.check(
    name,
    classes.every((id) => id >= 0 && id < rows),
    `class ids from 0 to ${rows - 1}`,
  )
  return { classes }
}

async function evaluate({ config, provider, weights, adapter }: Bound, point: Point): Promise<Tensor<'f32'>> {
  const options = { provider, weights, ...weightsOn(provider) }
  const network = new TimNetwork(config, options, (b) => (adapter ? netWith(b, adapter) : plainNet(b)))
  try {
    const [out] = await network.predict(point.x, point.t, point.r, [point.condition])
    if (!out) throw new TypeError('one condition gives one prediction')
    return out
  } finally {
    await network.release()
  }
}

/** Gradients of Σ out·cotangent for the weights of these keys. */
async function gradients(
  { config, provider, weights, adapter }: Bound,
  { x, t, r, condition }: Point,
  cotangent: Tensor<'f32'>,
  keys: readonly string[],
): Promise<Record<string, Tensor>> {
  const network = timNetworkGraph(config, adapter)
  const b = createBuilder()
  const { F } = network.build(b, { projector: false })
  const wrt = keys.map((key) => b.param(key, 'f32', weights[key]?.shape ?? []))
  const bars = vjp(b, { outputs: [F], cotangents: [b.input('cotangent', 'f32', F.shape)], wrt })
  // The projector does not lead to F: its gradients are zero and need no graph.
  const reached = keys.flatMap((key, i) => (bars[i] && !isZero(bars[i]) ? [[key, bars[i]] as const] : []))
  const graph = forProvider(b.graph(Object.fromEntries(reached)), provider)
  const session = await openSession(graph, { provider, weights, ...weightsOn(provider) })
  try {
    const feeds = { ...timFeeds(config, x, t, r, condition), cotangent: patchifyOutput(cotangent, config.patch_size) }
    const found = await session.run(feeds)
    return Object.fromEntries(keys.map((key) => [`grad.${key}`, found[key] ?? zeros('f32', weights[key]?.shape ?? [])]))
  } finally {
    await session.release()
  }
}
