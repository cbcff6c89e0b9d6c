import type { Builder } from '../ir/builder'
import type { Shape } from '../ir/shape'
import type { Value } from '../ir/value'

/** What layers are built with: the builder, and where their weights come from. */
export interface Net {
  readonly b: Builder
  /** The weight of a checkpoint key as a floating-point value. Default: a parameter of the graph. */
  weight(key: string, shape: Shape): Value
  /** x·Wᵀ of a linear layer whose weight is stored in a form that has its own product; undefined where it is a plain matrix. */
  product?(key: string, x: Value, size: LayerSize): Value | undefined
  /** Hook after a linear layer (or a patch embedding seen as one): adapters add their own term. */
  adapt?(layer: LinearLayer): Value
}

/** Features in and out of a linear layer. */
export interface LayerSize {
  readonly in: number
  readonly out: number
}

/** A linear layer as an adapter sees it. x: (…,I); y = x·Wᵀ (+ bias): (…,O); weight (O,I). */
export interface LinearLayer {
  readonly key: string
  readonly x: Value
  readonly y: Value
  readonly weight: Value
}

/** Layers whose weights are plain f32 parameters named by their keys. */
export function plainNet(b: Builder): Net {
  return { b, weight: (key, shape) => b.param(key, 'f32', shape) }
}
