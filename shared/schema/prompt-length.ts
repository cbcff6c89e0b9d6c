import { z } from 'zod'
import { RECIPE_LIMITS } from './recipe'

/** Asks how long a prompt is to the model of a name. */
export const PromptQuestion = z.object({
  model: z.string().max(200),
  prompt: z.string().max(RECIPE_LIMITS.promptCharacters),
})

/** How long a prompt is to a model, in tokens of its own. */
export const PromptLength = z.object({
  tokens: z.number().int().nonnegative(),
  /** The most that the model reads. */
  most: z.number().int().nonnegative(),
  /** The words at its end that the model does not read; left out where it reads all. */
  dropped: z.string().optional(),
})
export type PromptLength = z.infer<typeof PromptLength>
