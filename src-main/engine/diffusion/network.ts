import type { Builder } from '../ir/builder'
import type { Tensor } from '../ir/tensor'
import type { Value } from '../ir/value'

/** A transition network bound to its weights. Times are the network's own (c_noise applied). */
export interface TransitionNetwork<C> {
  /** F for each condition (the network may batch them). x: f32 (B,C,H,W); t, r: length B. */
  predict(x: Tensor<'f32'>, t: Float64Array, r: Float64Array, conditions: readonly C[]): Promise<Tensor<'f32'>[]>
}

/** What a differentiable network computes inside a graph, in tokens. */
export interface NetworkValues {
  /** F as tokens, channels last within a patch: (b, n, p·p·C) in the order (row in patch, column in patch, channel). */
  readonly F: Value
  /** Output of the projector at block `encoder_depth`, (b, n, z_dim); present where `projector` was asked for. */
  readonly projected?: Value
}

/**
 * A transition network as a graph, for objectives that differentiate it. Inputs have a symbolic batch, so one graph serves whole
 * batches and parts of them. C is the condition of a whole batch.
 */
export interface NetworkGraph<C> {
  /** Every checkpoint key and its shape. */
  readonly parameters: ReadonlyMap<string, readonly number[]>
  /** Adds the forward computation to `b`. */
  build(b: Builder, options: { readonly projector: boolean; readonly batch: string }): NetworkValues
  /** Feeds of the inputs that `build` declares. x: (B,C,H,W); t, r: the network's own times; float64, rounded where they are used. */
  feeds(x: Tensor<'f32'>, t: Float64Array, r: Float64Array, condition: C): Record<string, Tensor>
  /**
   * Derivatives of the feeds along (xDot, tDot, 0): those that move with x or t alone, under the names of `feeds`.
   * What is left out does not move.
   */
  feedTangents(
    xDot: Tensor<'f32'>,
    at: { readonly t: Float64Array; readonly r: Float64Array; readonly tDot: Float64Array },
  ): Record<string, Tensor>
  /** (b, n, p·p·C) tokens of `F` ↔ latents (B,C,H,W). */
  toTokens(latents: Tensor<'f32'>): Tensor<'f32'>
  fromTokens(tokens: Tensor<'f32'>, like: readonly number[]): Tensor<'f32'>
  /** The condition of chosen samples, in order; a sample may be chosen more than once. */
  choose(condition: C, samples: readonly number[]): C
}
