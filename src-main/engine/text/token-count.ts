import { join } from 'node:path'
import { z } from 'zod'
import { readConfig } from '../weights/component'
import { componentFolder, type ModelFolder } from '../weights/manifest'
import { droppedWords, promptTokens } from './prompt-tokens'
import { openTokenizer } from './tokenizer'
import { unicodeEscape } from './unicode-escape'

/** How long a prompt is to a model. */
export interface TokenCount {
  readonly tokens: number
  /** The most that the model reads. */
  readonly most: number
  /** The words at the prompt's end that it does not read. */
  readonly dropped: readonly string[]
}

/**
 * Opens a model's tokenizer for counting: prompts are cut as its encoder cuts them, without the encoder's weights.
 * Throws WeightsError, TokenizerError, FileError.
 */
export function openTokenCounter(model: ModelFolder): (prompt: string) => TokenCount {
  const folder = componentFolder(model, 'text')
  const { maxTokens: most } = model.manifest.text ?? { maxTokens: 0 }
  const { model_type: kind } = readConfig(join(folder, 'config.json'), z.object({ model_type: z.string().default('bert') }))
  const tokenizer = openTokenizer(folder)
  const escape = kind.startsWith('gemma3')
  // BERT's closing token has no row of its own in what the network reads.
  const rowless = escape ? 0 : 1
  return (prompt) => {
    const tokens = tokenizer.encode(escape ? unicodeEscape(prompt) : prompt).length - rowless
    const { cut } = promptTokens(tokenizer, prompt, { maxTokens: most + rowless, escape })
    return { tokens, most, dropped: cut === undefined ? [] : droppedWords(prompt, cut) }
  }
}
