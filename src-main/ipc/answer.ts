import { requests, type RequestName, type RequestOutput, type RequestParsed } from '#shared/ipc/contract'
import { fail, ok, type Failure, type Result } from '#shared/ipc/failure'
import { failureOf } from '../library/failure-of'

/** What main does for each request. It may throw a FailureError; anything else that is thrown is a mistake of ours. */
export type Handlers = {
  readonly [Name in RequestName]: (input: RequestParsed<Name>) => RequestOutput<Name> | Promise<RequestOutput<Name>>
}

/** The handlers of one domain: all requests whose names begin with it. */
export type HandlersOf<Domain extends string> = Pick<Handlers, Extract<RequestName, `${Domain}/${string}`>>

/**
 * Answers a request of the window: checks the input, calls the handler, checks what it gives back. Never rejects, whatever the
 * input: everything that goes wrong is a Failure.
 */
export async function answer<Name extends RequestName>(
  handlers: Handlers,
  name: Name,
  raw: unknown,
  dataFolder: string,
): Promise<Result<RequestOutput<Name>>> {
  const input = requests[name].input.safeParse(raw)
  if (!input.success) {
    const issue = input.error.issues[0]
    return fail(badInput(issue?.path.map(String).join('.') ?? '', issue?.message ?? 'it cannot be used'))
  }
  try {
    const value = await handlers[name](input.data as RequestParsed<Name>)
    return ok(requests[name].output.parse(value) as RequestOutput<Name>)
  } catch (error) {
    return fail(failureOf(error, dataFolder))
  }
}

function badInput(path: string, why: string): Failure {
  const field = path.replace(/^recipe\./, '')
  return {
    code: 'bad-input',
    field,
    message: field === '' ? 'This cannot be done.' : `The value of “${field}” cannot be used.`,
    remedy: `Correct it: ${why}.`,
    detail: `${path}: ${why}`,
  }
}
