import { z } from 'zod'

/** A small classifier of pictures: which concept, which style. */
export const EvaluatorConfig = z.object({
  model_type: z.literal('evaluator'),
  concepts: z.number().int().positive(),
  styles: z.number().int().positive(),
  /** Channels on grids of 16, 8 and 4 cells along the side. */
  widths: z.tuple([z.number().int().positive(), z.number().int().positive(), z.number().int().positive()]),
  /** Whether a style's score also hangs on the concept: what sets a flat fox apart from a shaded one is not what does so for clouds. */
  style_by_concept: z.boolean().default(false),
  /** Length of the penultimate layer, the space of Fréchet distances. */
  features: z.number().int().positive(),
})
export type EvaluatorConfig = z.infer<typeof EvaluatorConfig>
