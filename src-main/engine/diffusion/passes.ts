import type { Tensor } from '../ir/tensor'

/** A batch as the network sees it. x: (B,C,H,W); t, r: the network's own times, length B. */
export interface NetworkPoint<C> {
  readonly x: Tensor<'f32'>
  readonly t: Float64Array
  readonly r: Float64Array
  readonly condition: C
}

/** A batch that moves: x with xDot, t with tDot, r not at all. */
export interface TangentPoint<C> extends NetworkPoint<C> {
  readonly xDot: Tensor<'f32'>
  readonly tDot: Float64Array
}

/** What F at `main` is compared with: F̂ (B,C,H,W) and w of each sample. */
export interface Settled {
  readonly target: Tensor<'f32'>
  readonly weight: Tensor<'f32'>
}

/** What a step asks of the network: gradients at `main`, and F alone at `beside`. */
export interface StepPoints<C> {
  readonly main: NetworkPoint<C>
  readonly beside?: NetworkPoint<C> | undefined
  /** Features for REPA, (B, n, z_dim). */
  readonly features?: Tensor<'f32'> | undefined
}

/** What a step found; F is (B,C,H,W). */
export interface StepFindings {
  readonly loss: number
  /** L of each sample before weighting. */
  readonly perSample: Float32Array
  readonly projectionLoss?: number
  readonly gradients: Map<string, Float32Array>
  readonly F: Tensor<'f32'>
}

/**
 * The passes that an objective makes through a network bound to its weights: in one graph (`WholePasses`), or stage by stage
 * (`StagedPasses`). Latents come back as (B,C,H,W) in one array.
 */
export interface Passes<C> {
  /** Loss and gradients at `main`. `settle` is given F at `beside`, and must not wait. */
  step(points: StepPoints<C>, settle: (F: Float32Array | undefined) => Settled): Promise<StepFindings>
  /** dF/dt by forward mode. */
  tangent(point: TangentPoint<C>): Promise<Float32Array>
  /** F of the average network. */
  average(point: NetworkPoint<C>): Promise<Float32Array>
  /** Closes every session. */
  release(): Promise<void>
}
