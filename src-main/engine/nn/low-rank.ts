import type { Builder } from '../ir/builder'
import type { Value } from '../ir/value'
import { plainNet, type LinearLayer, type Net } from './net'

/** A layer that an adapter can change: its key, its sizes, and the kernel (C,p,p) where it is a patch embedding. */
export interface AdaptableLayer {
  readonly key: string
  readonly out: number
  readonly in: number
  readonly kernel?: readonly number[]
}

/** What an adapter adds to one linear layer: its keys, its rank, and s. */
export interface LowRankLayer {
  /** A (rank,I) and B (O,rank). */
  readonly a: string
  readonly b: string
  /** Where the layer is a patch embedding: C, p, p. A then lies as a kernel (rank,C,p,p), B as (O,rank,1,1), magnitudes as (1,O,1,1). */
  readonly kernel?: readonly number[]
  readonly rank: number
  readonly scale: number
  /** DoRA: key of the magnitudes (O). */
  readonly magnitude?: string
}

/** Layers by the key of the linear layer that they adapt. */
export type LowRankLayers = ReadonlyMap<string, LowRankLayer>

/** Shapes of an adapter's weights, as PEFT stores them. */
export function lowRankShapes(
  { out, in: inner, kernel }: AdaptableLayer,
  rank: number,
): Record<'a' | 'b' | 'magnitude', readonly number[]> {
  return kernel
    ? { a: [rank, ...kernel], b: [out, rank, 1, 1], magnitude: [1, out, 1, 1] }
    : { a: [rank, inner], b: [out, rank], magnitude: [out] }
}

/** The input of an adapter's A in training: x with some features dropped. Shape: (…,I) → (…,I). */
export type DropInput = (b: Builder, layer: LinearLayer) => Value

/** A net whose linear layers carry adapters. Keys of layers and of adapters are parameters of the graph. */
export function adaptedNet(b: Builder, layers: LowRankLayers, inner: Net = plainNet(b), drop?: DropInput): Net {
  return {
    ...inner,
    adapt: (layer) => {
      const found = layers.get(layer.key)
      return found ? b.scope('adapter', () => adapted(b, layer, found, drop)) : layer.y
    },
  }
}

/**
 * LoRA (arXiv 2106.09685): y + s·(x·Aᵀ)·Bᵀ. DoRA (arXiv 2402.09353): m/‖W + s·B·A‖ times that, the norm by rows and, as in its
 * section 4.3, without gradient. With dropout, A sees x with features dropped; in DoRA so does W in the part beyond y, as in PEFT.
 * Shape: x (…,I), y (…,O) → (…,O).
 */
function adapted(b: Builder, linear: LinearLayer, layer: LowRankLayer, drop: DropInput | undefined): Value {
  const { x, y } = linear
  const [inner, out] = [Number(x.shape.at(-1)), Number(y.shape.at(-1))]
  const { rank, kernel } = layer
  const shapes = lowRankShapes({ key: linear.key, out, in: inner, ...(kernel && { kernel }) }, rank)
  const down = b.reshape(b.param(layer.a, 'f32', shapes.a), [rank, inner])
  const up = b.reshape(b.param(layer.b, 'f32', shapes.b), [out, rank])
  const seen = drop ? drop(b, linear) : x
  const term = b.matMul(b.matMul(seen, b.transpose(down, [1, 0])), b.transpose(b.scale(up, layer.scale), [1, 0]))
  if (layer.magnitude === undefined) return b.add(y, term)
  const { weight } = linear
  const whole = b.add(weight, b.matMul(b.scale(up, layer.scale), down))
  const norm = b.stopGradient(b.sqrt(b.reduceSum(b.mul(whole, whole), [1])))
  const gain = b.div(b.reshape(b.param(layer.magnitude, 'f32', shapes.magnitude), [out]), norm)
  if (seen === x) return b.mul(b.add(y, term), gain)
  const dropped = b.matMul(seen, b.transpose(weight, [1, 0]))
  return b.add(y, b.add(b.mul(b.shift(gain, -1), dropped), b.mul(gain, term)))
}
