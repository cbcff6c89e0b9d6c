import { CommanderError } from 'commander'
import { FailureError } from '#shared/ipc/failure'
import { EXIT, type ExitCode } from './exit-code'
import { Interrupted } from './interrupt'

/** A command line that names something that is not there or not allowed. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly remedy: string,
  ) {
    super(message)
    this.name = 'UsageError'
  }
}

/** What `tim doctor` ends with when something needs the reader: the report has said it already. */
export class Unhealthy extends Error {
  constructor(readonly names: readonly string[]) {
    super(`Needs attention: ${names.join(', ')}.`)
    this.name = 'Unhealthy'
  }
}

export interface Explanation {
  readonly code: ExitCode
  /** What to say; nothing where it was said already. */
  readonly lines: readonly string[]
}

/** What an error means to the person at the terminal: what happened, what to do, how the process ends. */
export function explain(error: unknown): Explanation {
  // Commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return { code: error.exitCode === 0 ? EXIT.ok : EXIT.usage, lines: [] }
  if (error instanceof Interrupted) return { code: EXIT.interrupted, lines: ['Interrupted.'] }
  if (error instanceof Unhealthy) return { code: EXIT.failed, lines: [error.message] }
  if (error instanceof UsageError) return { code: EXIT.usage, lines: told(error) }
  if (error instanceof FailureError) {
    const { failure } = error
    return { code: failure.code === 'bad-input' ? EXIT.usage : EXIT.failed, lines: told(failure) }
  }
  if (hasRemedy(error)) return { code: isUsage(error.code) ? EXIT.usage : EXIT.failed, lines: told(error) }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    code: EXIT.failed,
    lines: [`error: something went wrong inside tim.`, stack, 'Please report this with the lines above.'],
  }
}

/** Errors of the engine: their code tells those that only the command line can mend. */
function isUsage(code: string): boolean {
  return ['probe.component', 'probe.options', 'probe.provider', 'diffusion.setting', 'job.setting'].includes(code)
}

function hasRemedy(error: unknown): error is Error & { readonly code: string; readonly remedy: string } {
  return (
    error instanceof Error &&
    'remedy' in error &&
    typeof error.remedy === 'string' &&
    'code' in error &&
    typeof error.code === 'string'
  )
}

function told({ message, remedy }: { readonly message: string; readonly remedy: string }): string[] {
  return [`error: ${message}`, remedy]
}
