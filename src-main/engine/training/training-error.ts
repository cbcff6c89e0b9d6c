import { EngineError } from '../ir/errors'

/** What can stop a training run. */
export type TrainingCode = 'training.checkpoint' | 'training.diverged' | 'training.settings' | 'training.data' | 'training.memory'

/** A run that cannot go on: what happened, what to do. */
export class TrainingError extends EngineError {
  constructor(code: TrainingCode, message: string, remedy: string, options?: { readonly cause?: unknown }) {
    super(code, message, remedy, options)
  }
}
