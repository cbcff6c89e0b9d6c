import { EngineError } from '../../ir/errors'

/** What can be wrong with the files of a model, or with what is asked of the library's models. */
type ModelsCode =
  | 'models.name'
  | 'models.unknown'
  | 'models.part'
  | 'models.kind'
  | 'models.config'
  | 'models.keys'
  | 'models.latent'
  | 'models.text'
  | 'models.tokenizer'
  | 'models.link'
  | 'models.embedded'

/** Files that make no model, or not the one that was meant: which file, what is wrong, what to do. */
export class ModelsError extends EngineError {
  constructor(code: ModelsCode, message: string, remedy: string) {
    super(code, message, remedy)
  }
}
