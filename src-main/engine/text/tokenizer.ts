import { statSync } from 'node:fs'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { EngineError } from '../ir/errors'
import { onFile } from '../files/file-error'
import { readWhole } from '../files/read-bytes'

/** Gemma's is 33 MB. */
const LARGEST_TOKENIZER = 128 * 1024 * 1024

/** A tokenizer that cannot be loaded or used. */
export class TokenizerError extends EngineError {
  constructor(
    readonly path: string,
    what: string,
    options?: { readonly cause?: unknown },
  ) {
    super('text.tokenizer', `${path} ${what}.`, 'Use the tokenizer.json that belongs to this text encoder.', options)
  }
}

/** Text to token ids. */
export interface PromptTokenizer {
  /** Ids of a text with the tokens that frame it, neither cut nor padded. */
  encode(text: string): readonly number[]
  /** Tokens that frame every text: [BOS] for Gemma; [CLS] and [SEP] for BERT. */
  readonly frame: { readonly before: readonly number[]; readonly after: readonly number[] }
}

/**
 * Opens a `tokenizer.json`, or the one in a component folder. Its padding and truncation settings are not applied.
 * Throws TokenizerError, FileError.
 */
export function openTokenizer(path: string): PromptTokenizer {
  const file = onFile(path, () => statSync(path)).isDirectory() ? join(path, 'tokenizer.json') : path
  const tokenizer = build(file, parse(file))
  const encode = (text: string): number[] => {
    try {
      return tokenizer.encode(text).ids
    } catch (cause) {
      throw new TokenizerError(file, 'cannot split a text', { cause })
    }
  }
  return { encode, frame: frameOf(file, encode) }
}

function parse(file: string): object {
  const text = new TextDecoder().decode(readWhole(file, LARGEST_TOKENIZER))
  try {
    const json: unknown = JSON.parse(text)
    if (typeof json === 'object' && json !== null && 'model' in json) return json
  } catch (cause) {
    throw new TokenizerError(file, 'is no JSON: it is damaged or incomplete', { cause })
  }
  throw new TokenizerError(file, 'describes no tokenizer: it has no model')
}

function build(file: string, json: object): Tokenizer {
  try {
    return new Tokenizer(json, {})
  } catch (cause) {
    throw new TokenizerError(file, 'describes a tokenizer that cannot be built', { cause })
  }
}

/** The frame shows in the ids of no text: all of them stand before it, but the last of two or more. */
function frameOf(file: string, encode: PromptTokenizer['encode']): PromptTokenizer['frame'] {
  const ids = encode('')
  if (ids.some((id) => !Number.isInteger(id))) throw new TokenizerError(file, 'gives tokens that are no numbers')
  return ids.length < 2 ? { before: ids, after: [] } : { before: ids.slice(0, -1), after: ids.slice(-1) }
}
