import { z } from 'zod'
import { ImageId } from './id'

/** What became of a picture that was asked for while typing. */
export const LiveAnswer = z.discriminatedUnion('is', [
  /** Drawn in `ms`, as an image that stays until a newer one is drawn. */
  z.object({ is: z.literal('drawn'), image: ImageId, ms: z.number().nonnegative() }),
  /** The engine draws something else: ask again later. */
  z.object({ is: z.literal('busy') }),
])
export type LiveAnswer = z.infer<typeof LiveAnswer>
