import { z } from 'zod'
import { RECIPE_LIMITS } from './recipe'

/** Longest text that the prompt box keeps. A recipe holds less of it, and drawing says so. */
export const MAX_TYPED_CHARACTERS = 1_000_000

/** A prompt that was drawn at least once; kept across restarts. */
export const Prompt = z.object({
  version: z.literal(1),
  text: z.string().max(RECIPE_LIMITS.promptCharacters),
  negative: z.string().max(RECIPE_LIMITS.promptCharacters),
  uses: z.number().int().positive(),
  lastUsedAt: z.number().int().nonnegative(),
})
export type Prompt = z.infer<typeof Prompt>
