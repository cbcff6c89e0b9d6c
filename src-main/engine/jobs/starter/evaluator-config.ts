import type { EvaluatorConfig } from '../../models/evaluator/config'
import { concepts } from './concepts'
import { styles } from './palette'

/** The evaluator of today's world. */
export const evaluatorConfig: EvaluatorConfig = {
  model_type: 'evaluator',
  concepts: concepts.length,
  styles: styles.length,
  widths: [64, 128, 160],
  style_by_concept: true,
  features: 256,
}
