import type { Builder } from '../ir/builder'
import { plainNet, type LinearLayer, type Net } from './net'
import type { Value } from '../ir/value'

/** What an adapter adds to one linear layer: its keys, its rank, and s. */
export interface LowRankLayer {
  /** A (rank,I) and B (O,rank). */
  readonly a: string
  readonly b: string
  /** Where the layer is a patch embedding: C, p, p. A then lies as a kernel (rank,C,p,p), B as (O,rank,1,1). */
  readonly kernel?: readonly number[]
  readonly rank: number
  readonly scale: number
  /** DoRA: key of the magnitudes (O). */
  readonly magnitude?: string
}

/** Layers by the key of the linear layer that they adapt. */
export type LowRankLayers = ReadonlyMap<string, LowRankLayer>

/** A net whose linear layers carry adapters. Keys of layers and of adapters are parameters of the graph. */
export function adaptedNet(b: Builder, layers: LowRankLayers, inner: Net = plainNet(b)): Net {
  return {
    ...inner,
    adapt: (layer) => {
      const found = layers.get(layer.key)
      return found ? b.scope('adapter', () => adapted(b, layer, found)) : layer.y
    },
  }
}

/**
 * LoRA (arXiv 2106.09685): y + s·(x·Aᵀ)·Bᵀ. DoRA (arXiv 2402.09353): m/‖W + s·B·A‖ times that, the norm by rows and, as in its
 * section 4.3, without gradient. Shape: x (…,I), y (…,O) → (…,O).
 */
function adapted(b: Builder, { x, y, weight }: LinearLayer, layer: LowRankLayer): Value {
  const [out = 0, inner = 0] = weight.shape
  const { rank, kernel } = layer
  const down = b.reshape(b.param(layer.a, 'f32', [rank, ...(kernel ?? [inner])]), [rank, inner])
  const up = b.reshape(b.param(layer.b, 'f32', [out, rank, ...(kernel ? [1, 1] : [])]), [out, rank])
  const term = b.matMul(b.matMul(x, b.transpose(down, [1, 0])), b.transpose(up, [1, 0]))
  const sum = b.add(y, b.scale(term, layer.scale))
  if (layer.magnitude === undefined) return sum
  const whole = b.add(weight, b.scale(b.matMul(up, down), layer.scale))
  const norm = b.stopGradient(b.sqrt(b.reduceSum(b.mul(whole, whole), [1])))
  return b.mul(sum, b.div(b.param(layer.magnitude, 'f32', [out]), norm))
}
