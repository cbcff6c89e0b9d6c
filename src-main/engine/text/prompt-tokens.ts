import type { PromptTokenizer } from './tokenizer'
import { unicodeEscape } from './unicode-escape'

/** How a text encoder wants its prompts. */
export interface PromptRule {
  /** Most tokens, frame included; 256 for the released T2I models. */
  readonly maxTokens: number
  /** Whether the encoder was used with escaped captions, as the released T2I models were. */
  readonly escape: boolean
}

/** The tokens of one prompt, and what of it did not fit. */
export interface PromptTokens {
  readonly ids: readonly number[]
  /** The words from the first that is not wholly kept to the last; empty where all fits. */
  readonly dropped: readonly string[]
}

/** Tokens of a prompt, cut at the end to what the encoder takes; a closing frame token is kept. */
export function promptTokens(tokenizer: PromptTokenizer, prompt: string, rule: PromptRule): PromptTokens {
  const encode = (text: string): number[] => tokenizer.encode(rule.escape ? unicodeEscape(text) : text)
  const ids = encode(prompt)
  if (ids.length <= rule.maxTokens) return { ids, dropped: [] }
  const { after } = tokenizer.frame
  const kept = [...ids.slice(0, rule.maxTokens - after.length), ...after]
  return { ids: kept, dropped: droppedWords(prompt, (text) => encode(text).length <= rule.maxTokens) }
}

/** The words after the longest run of whole words that fits, found by halving. */
function droppedWords(prompt: string, fits: (text: string) => boolean): string[] {
  const words = [...prompt.matchAll(/\S+/g)]
  let low = 0
  let high = words.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    const last = words[middle - 1]
    if (last && fits(prompt.slice(0, last.index + last[0].length))) low = middle
    else high = middle
  }
  return words.slice(low).map(([word]) => word)
}

/** What to tell the artist; undefined where nothing was dropped. */
export function droppedWarning({ dropped }: PromptTokens, maxTokens: number): string | undefined {
  if (dropped.length === 0) return undefined
  const shown = dropped.length > 12 ? `${dropped.slice(0, 8).join(' ')} … ${dropped.slice(-3).join(' ')}` : dropped.join(' ')
  const words = dropped.length === 1 ? 'word was' : `${dropped.length} words were`
  return `The prompt is longer than ${maxTokens} tokens: its last ${words} left out: ${shown}`
}
