import { EngineError } from '../ir/errors'

/** What can go wrong between here and the hub. */
export type HubCode =
  | 'hub.address'
  | 'hub.unreachable'
  | 'hub.busy'
  | 'hub.gated'
  | 'hub.token'
  | 'hub.missing'
  | 'hub.refused'
  | 'hub.redirect'
  | 'hub.protocol'
  | 'hub.cut'
  | 'hub.hash'

/** A download that cannot go on: what happened, what to do. Its text never holds a token (`redact`). */
export class HubError extends EngineError {
  constructor(
    code: HubCode,
    message: string,
    remedy: string,
    /** The page on the hub where something has to be done, such as accepting a licence. */
    readonly page?: string,
  ) {
    super(code, message, remedy)
  }
}

/** Whether trying again may help: the line was cut, the server is overloaded. `afterMs`: not before, where the server said so. */
export class Passing extends HubError {
  constructor(
    code: 'hub.unreachable' | 'hub.busy' | 'hub.cut',
    message: string,
    remedy: string,
    readonly afterMs = 0,
  ) {
    super(code, message, remedy)
  }
}

/** Text of servers and of errors without what must not be told: tokens, and the signatures that links to files carry. */
export function redact(text: string, token?: string): string {
  const plain = token === undefined || token === '' ? text : text.replaceAll(token, '***')
  return plain.replace(/hf_[A-Za-z0-9]{4,}/g, '***').replace(/(https?:\/\/[^\s?#]+)[?#][^\s]*/g, '$1')
}
