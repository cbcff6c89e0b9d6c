import { z } from 'zod'

/**
 * What can go wrong, as plain data. Each failure says what happened (`message`) and what to do (`remedy`) in words an
 * artist understands; `detail` is for the copy button only. The window picks its one button from `code`.
 */
const told = { message: z.string(), remedy: z.string(), detail: z.string().optional() }

export const Failure = z.discriminatedUnion('code', [
  /** A value that was entered or read cannot be used; `field` names it. */
  z.object({ code: z.literal('bad-input'), field: z.string(), ...told }),
  /** Something named by id or name does not exist (any more). */
  z.object({ code: z.literal('not-found'), what: z.string(), ...told }),
  /** No installed model has the recipe's hash. */
  z.object({ code: z.literal('model-missing'), model: z.string(), ...told }),
  /** A model's files are damaged, truncated or of a kind that is not supported. */
  z.object({ code: z.literal('model-broken'), model: z.string(), ...told }),
  /** A file of a model changed while the model was loaded. */
  z.object({ code: z.literal('model-changed'), file: z.string(), ...told }),
  /** A file that was given (picture, adapter, recipe) cannot be read. */
  z.object({ code: z.literal('file-broken'), file: z.string(), ...told }),
  /** The engine ended without being asked to; it is being restarted. */
  z.object({ code: z.literal('engine-crashed'), ...told }),
  /** The engine could not start, or stopped too often in a row. */
  z.object({ code: z.literal('engine-down'), ...told }),
  /** The studio was closed or died while the job ran. */
  z.object({ code: z.literal('interrupted'), ...told }),
  z.object({ code: z.literal('cancelled'), ...told }),
  z.object({ code: z.literal('out-of-memory'), ...told }),
  z.object({ code: z.literal('disk-full'), folder: z.string(), ...told }),
  z.object({ code: z.literal('not-writable'), folder: z.string(), ...told }),
  /** Another process owns what is wanted; `by` says who. */
  z.object({ code: z.literal('in-use'), by: z.string(), ...told }),
  /** A server cannot be reached, or does not answer as it should. */
  z.object({ code: z.literal('network'), ...told }),
  /** A licence has to be accepted on a page of the hub, and a token given. */
  z.object({ code: z.literal('gated'), page: z.string(), ...told }),
  /** A secret cannot be kept safely on this machine. */
  z.object({ code: z.literal('not-kept'), ...told }),
  /** The library's database cannot be read. */
  z.object({ code: z.literal('library-broken'), ...told }),
  /** A mistake of ours. */
  z.object({ code: z.literal('internal'), ...told }),
])
export type Failure = z.infer<typeof Failure>
export type FailureCode = Failure['code']

/** The failure of one code. */
export type FailureOf<Code extends FailureCode> = Extract<Failure, { code: Code }>

/** An answer that may be a failure; what every request resolves to. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure }

export const ok = <T>(value: T): Result<T> => ({ ok: true, value })
export const fail = (failure: Failure): Result<never> => ({ ok: false, failure })

/** A failure on its way through code that throws; it becomes data again at the next boundary. */
export class FailureError extends Error {
  constructor(readonly failure: Failure) {
    super(`${failure.message} ${failure.remedy}`)
    this.name = 'FailureError'
  }
}
