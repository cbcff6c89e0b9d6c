import type { Builder } from '../ir/builder'
import type { Tensor } from '../ir/tensor'
import type { Value } from '../ir/value'

/** A transition network bound to its weights. Times are the network's own (c_noise applied). */
export interface TransitionNetwork<C> {
  /** F for each condition (the network may batch them). x: f32 (B,C,H,W); t, r: length B. */
  predict(x: Tensor<'f32'>, t: Float64Array, r: Float64Array, conditions: readonly C[]): Promise<Tensor<'f32'>[]>
}

/** What a network adds to a graph, in tokens. */
export interface NetworkValues {
  /** F as tokens, (b, n, p·p·C): within a patch row, column, channel, channels last. */
  readonly F: Value
  /** Output of the projector at block `encoder_depth`, (b, n, z_dim); there where it was asked for. */
  readonly projected?: Value
  /** The inputs that move with x or t, by name: those that `feedTangents` gives tangents for. */
  readonly moving: Readonly<Record<string, Value>>
}

/**
 * A transition network as a graph, for objectives that differentiate it. Its inputs have a symbolic batch, so that one graph
 * serves a batch and parts of it. C is the condition of a whole batch, with whatever else belongs to its samples (dropout masks
 * too, so that all passes of a step share them).
 */
export interface NetworkGraph<C> {
  readonly latent: { readonly channels: number; readonly patch: number }
  /** Every checkpoint key and its shape. */
  readonly parameters: ReadonlyMap<string, readonly number[]>
  /** Adds the forward computation to `b`. */
  build(b: Builder, options: { readonly projector: boolean }): NetworkValues
  /** Feeds of the inputs that `build` declares. x: (B,C,H,W); t, r: the network's own times, length B, float64. */
  feeds(x: Tensor<'f32'>, t: Float64Array, r: Float64Array, condition: C): Record<string, Tensor>
  /** Tangents of the `moving` feeds when x moves with xDot (B,C,H,W), t with tDot and r not at all. */
  feedTangents(
    xDot: Tensor<'f32'>,
    at: { readonly t: Float64Array; readonly r: Float64Array; readonly tDot: Float64Array },
  ): Record<string, Tensor>
  /** Latents (B,C,H,W) as tokens in the order of `F`, and back; `shape` is (B,C,H,W). */
  toTokens(latents: Tensor<'f32'>): Tensor<'f32'>
  fromTokens(tokens: Tensor<'f32'>, shape: readonly number[]): Tensor<'f32'>
  /** The condition of chosen samples, in the order given; one may be chosen more than once. */
  choose(condition: C, samples: readonly number[]): C
}
