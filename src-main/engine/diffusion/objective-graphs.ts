import { vjp } from '../autodiff/vjp'
import type { Graph } from '../ir/graph'
import type { Value } from '../ir/value'
import { createBuilder } from '../ops/table'
import { forwardGraph, tangentGraph } from './derivative'
import type { NetworkGraph } from './network'
import type { ObjectiveOptions } from './objective'
import { projectionLoss, transitionLoss } from './transition-loss'

/** Inputs of the training graph beside the network's own: F̂ as tokens, w of each sample, features for REPA. */
export const TARGET = 'loss.target'
export const WEIGHT = 'loss.weight'
export const FEATURES = 'loss.features'

/** Output that holds the gradient of a parameter. */
export function gradientName(key: string): string {
  return `grad.${key}`
}

/** The graphs of an objective, each opened as a session when first needed. */
export const GRAPHS = {
  forward: <C>(network: NetworkGraph<C>) => forwardGraph(network),
  average: <C>(network: NetworkGraph<C>) => forwardGraph(network),
  tangent: <C>(network: NetworkGraph<C>) => tangentGraph(network),
  train: <C>(network: NetworkGraph<C>, options: ObjectiveOptions) => trainingGraph(network, options, false),
  features: <C>(network: NetworkGraph<C>, options: ObjectiveOptions) => trainingGraph(network, options, true),
} as const

/** F, losses and gradients in one graph: outputs F, loss, perSample, [projectionLoss,] grad.KEY. */
function trainingGraph<C>(network: NetworkGraph<C>, options: ObjectiveOptions, withFeatures: boolean): Graph {
  const b = createBuilder()
  const { F, projected } = network.build(b, { projector: withFeatures })
  const [batch = 0] = F.shape
  const target = b.input(TARGET, 'f32', F.shape)
  const weight = b.input(WEIGHT, 'f32', [batch])
  const shape = { directional: options.directional, channels: network.latent.channels }
  const { loss, perSample } = transitionLoss(b, { F, target, weight }, shape)
  const outputs: Record<string, Value> = { F, loss, perSample }
  let total = loss
  if (projected) {
    const projection = projectionLoss(b, projected, b.input(FEATURES, 'f32', projected.shape))
    outputs['projectionLoss'] = projection
    if (options.projection !== 0) total = b.add(loss, b.scale(projection, options.projection))
  }
  const { trainable } = options
  const wrt = trainable.map((key) => b.param(key, 'f32', network.parameters.get(key) ?? []))
  const gradients = vjp(b, { outputs: [total], cotangents: [b.scalar(1)], wrt })
  trainable.forEach((key, i) => {
    const gradient = gradients[i]
    if (gradient) outputs[gradientName(key)] = gradient
  })
  return b.graph(outputs)
}
