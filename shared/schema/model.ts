import { z } from 'zod'
import { MemorySamples } from './memory'
import { Guidance, Precision, Provider } from './recipe'

/** What a model is drawn with unless the artist says otherwise. */
export const ModelDefaults = z.object({
  steps: z.number().int().min(1).max(1000),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  cfg: Guidance,
  stochasticity: z.number().min(0).max(10),
})
export type ModelDefaults = z.infer<typeof ModelDefaults>

/** ‖a − b‖ / ‖b‖ of a picture drawn in 8 steps by a converted network against the weights as published: its latent, and decoded. */
export const PictureError = z.object({ latent: z.number().nonnegative(), picture: z.number().nonnegative().optional() })
export type PictureError = z.infer<typeof PictureError>

/** What the studio shows of an installed model. Found out by the engine, which alone opens model files. */
export const ModelCard = z.object({
  /** The folder's name; unique on this machine. */
  name: z.string().min(1).max(200),
  title: z.string(),
  /** A prompt in words, or one of a list of classes. */
  kind: z.enum(['text', 'class']),
  /** Hash that recipes carry. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Embedded models come with the studio and cannot be removed. */
  embedded: z.boolean(),
  /** Picture sides are multiples of this. */
  factor: z.number().int().positive(),
  minSide: z.number().int().positive(),
  maxSide: z.number().int().positive(),
  /** The side it was trained at. */
  nativeSide: z.number().int().positive(),
  /** Most tokens a prompt may have; 0 for class models. */
  maxTokens: z.number().int().nonnegative(),
  classes: z.array(z.string()).optional(),
  /** Prompts that it does well, to begin with. */
  prompts: z.array(z.string()).optional(),
  defaults: ModelDefaults,
  precision: Precision,
  /** Relative error of one network pass against the weights as published; where it was measured. */
  precisionError: z.number().optional(),
  pictureError: PictureError.optional(),
  /** Where its network comes from. */
  source: z.string().optional(),
  provider: Provider,
  licence: z.string(),
  bytes: z.number().nonnegative(),
  /** What its pictures take; none of a broken model. */
  memory: MemorySamples.optional(),
  /** What is known to be weak, in one sentence each. */
  limits: z.array(z.string()),
  state: z.discriminatedUnion('is', [
    z.object({ is: z.literal('ready') }),
    z.object({ is: z.literal('broken'), why: z.string() }),
  ]),
})
export type ModelCard = z.infer<typeof ModelCard>
