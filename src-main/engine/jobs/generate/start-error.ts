import { EngineError } from '../../ir/errors'

export type StartCode = 'start.missing' | 'start.changed' | 'start.no-encoder' | 'start.outside' | 'start.mask'

/** A picture to start from, or its mask, that cannot be used: which and why, and what to do. */
export class StartError extends EngineError {
  constructor(code: StartCode, message: string, remedy: string) {
    super(code, message, remedy)
  }
}
