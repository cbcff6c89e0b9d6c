import { EngineError } from '../ir/errors'

export type PictureCode =
  | 'picture.format'
  | 'picture.too-large'
  | 'picture.truncated'
  | 'picture.damaged'
  | 'picture.size'
  | 'picture.no-recipe'
  | 'picture.recipe-damaged'

/** A picture that cannot be used: which (a path, or what it was given as), what is wrong, what to do. */
export class PictureError extends EngineError {
  constructor(
    code: PictureCode,
    readonly picture: string,
    what: string,
    remedy: string,
    options?: { readonly cause?: unknown },
  ) {
    super(code, `${picture} ${what}.`, remedy, options)
  }
}
