import type { Provider, Recipe } from '#shared/schema/recipe'
import type { TransitionNetwork } from '../../diffusion/network'
import type { Transport } from '../../diffusion/transports/transport'
import type { Picture } from '../../images/picture'
import type { AdapterInUse } from './model-adapters'
import type { Tensor } from '../../ir/tensor'
import type { DecodeWatch } from '../../models/autoencoder/stripes/decode'

/** A condition and its opposite, each for one picture. */
export interface Conditions<C> {
  readonly condition: C
  readonly nullCondition: C
  /** What the artist should know about how they were read. */
  readonly notes?: readonly string[]
}

/** What a path has under its noise: a picture that it starts from. */
export interface Ground {
  /** The picture as a latent that the network sees, (1,C,h,w) in memory order. */
  readonly latent: Float32Array
  /** Where on its way from noise (1) to picture (0) the path begins. */
  readonly strength: number
  /** Where the path is free (1) and where it keeps to the picture (0), as `latent`; where left out, it is free everywhere. */
  readonly free?: Float32Array
}

/** A model that is loaded and can draw: its parts, bound to their weights. C is what its network takes as a condition. */
export interface DrawingModel<C> {
  readonly provider: Provider
  readonly transport: Transport
  readonly network: TransitionNetwork<C>
  /** Shape of the latent of one picture, (1,C,h,w). */
  latentShape(width: number, height: number): readonly [1, number, number, number]
  /** The conditions that a recipe's words or class mean. */
  conditionsOf(recipe: Pick<Recipe, 'prompt' | 'negativePrompt' | 'classId'>): Promise<Conditions<C>>
  /** Shape: (1,C,h,w) → picture of width·height pixels. */
  decode(latent: Tensor<'f32'>, watch?: DecodeWatch): Promise<Picture>
  /** What a latent looks like, roughly and at once; undefined where that is not known. A model without this is always decoded. */
  project?(latent: Tensor<'f32'>): Promise<Picture | undefined>
  /** What is drawn upon, where it is a picture. */
  readonly ground?: Ground
  /** Shape: picture of width·height pixels → (1,C,h,w), as the network sees it. A model without an encoder has none. */
  encode?(picture: Picture): Promise<Tensor<'f32'>>
  /** Draws with these adapters from now on; a model without this takes none. */
  useAdapters?(adapters: readonly AdapterInUse[]): Promise<void>
  /** Passes of the network stop in the middle, from now on, when the signal is aborted, and throw its reason; without this they end first. */
  stopAt?(signal: AbortSignal | undefined): void
  release(): Promise<void>
}
