import { EngineError } from '../../ir/errors'

/** Codes of what can be wrong with a comparison that somebody asks for. */
export type ProbeCode = 'probe.component' | 'probe.model' | 'probe.options' | 'probe.input' | 'probe.adapter' | 'probe.provider'

/** A probe that cannot be made as asked: what was given, what is expected, what to do. */
export class ProbeError extends EngineError {
  constructor(code: ProbeCode, message: string, remedy: string) {
    super(code, message, remedy)
  }
}
