import { EngineError } from '../ir/errors'

/** Codes of what can be wrong with a file of weights. */
export type WeightsCode =
  | 'weights.truncated'
  | 'weights.header'
  | 'weights.tensor'
  | 'weights.dtype'
  | 'weights.overlap'
  | 'weights.trailing'
  | 'weights.duplicate'
  | 'weights.index'
  | 'weights.missing-key'
  | 'weights.rows'
  | 'weights.changed'
  | 'weights.zip'
  | 'weights.pickle'
  | 'weights.unsafe-global'
  | 'weights.too-large'
  | 'weights.format'
  | 'weights.config'
  | 'weights.manifest'
  | 'weights.hash'

/** A file of weights that cannot be read as such: which file, what is wrong, what to do. */
export class WeightsError extends EngineError {
  constructor(
    code: WeightsCode,
    readonly path: string,
    what: string,
    remedy: string,
  ) {
    super(code, `${path} ${what}.`, remedy)
  }
}

/** The remedy for files that arrive damaged. */
export const FETCH_AGAIN = 'Fetch the file again, and compare its size and sha256 with the source.'
