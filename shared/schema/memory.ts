import { z } from 'zod'
import { Precision } from './recipe'

/** The memory that a picture needs at its peak, and what would make one fit that does not. */

const bytes = z.number().nonnegative()

/** A change of the recipe, the model or the way of drawing with which a picture fits, and what it needs then. */
export const MemoryChoice = z.discriminatedUnion('is', [
  z.object({ is: z.literal('smaller'), width: z.number().int().positive(), height: z.number().int().positive(), bytes }),
  z.object({ is: z.literal('unguided'), bytes }),
  /** The model imported again at this precision. */
  z.object({ is: z.literal('precision'), precision: Precision, bytes }),
  /** One block of the network in memory at a time. */
  z.object({ is: z.literal('streamed'), bytes }),
])
export type MemoryChoice = z.infer<typeof MemoryChoice>

export const MemoryNeed = z.object({
  bytes,
  /** Of those, the network's weights. */
  weights: bytes,
  /** What this machine has free. */
  available: bytes,
  fits: z.boolean(),
  /** Only where it does not fit; none where nothing helps. */
  choices: z.array(MemoryChoice),
})
export type MemoryNeed = z.infer<typeof MemoryNeed>

/** What pictures of a model take at some sizes, so that others can be told without looking into its files. */
export const MemorySamples = z.object({
  /** Of the network's weights, as they are stored. */
  weights: bytes,
  /** By area, the smallest first; bytes without guidance and with it. */
  samples: z
    .array(z.object({ pixels: z.number().positive(), plain: bytes, guided: bytes }))
    .min(2)
    .max(100),
})
export type MemorySamples = z.infer<typeof MemorySamples>
