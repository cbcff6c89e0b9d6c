import { z } from 'zod'

/**
 * The small autoencoder: a linear encoder of square patches, and a decoder that adds to the linear inverse what convolutions on
 * grids of 1, 2 and 4 cells a patch make of the neighbourhood.
 */
export const PatchAeConfig = z.object({
  model_type: z.literal('patch-ae'),
  /** Channels of a latent. */
  channels: z.number().int().positive(),
  /** Pixels along the side of a patch. */
  factor: z.literal(16),
  /** Channels of the decoder on its grids of 1, 2 and 4 cells along a patch. */
  widths: z.tuple([z.number().int().positive(), z.number().int().positive(), z.number().int().positive()]),
  /** Residual blocks on each grid. */
  blocks: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative(), z.number().int().nonnegative()]),
})
export type PatchAeConfig = z.infer<typeof PatchAeConfig>
