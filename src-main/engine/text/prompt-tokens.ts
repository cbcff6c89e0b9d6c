import type { PromptTokenizer } from './tokenizer'
import { unicodeEscape } from './unicode-escape'

/** How a text encoder wants its prompts. */
export interface PromptRule {
  /** Most tokens, frame included; 256 for the released T2I models. */
  readonly maxTokens: number
  /** Whether the encoder was used with escaped captions, as the released T2I models were. */
  readonly escape: boolean
}

/** The tokens of one prompt, and where it was cut. */
export interface PromptTokens {
  readonly ids: readonly number[]
  /** Where in the prompt the first word begins that is not wholly kept; undefined where all fits. */
  readonly cut?: number
}

/** Tokens of a prompt, cut at the end to what the encoder takes; a closing frame token is kept. */
export function promptTokens(tokenizer: PromptTokenizer, prompt: string, rule: PromptRule): PromptTokens {
  const encode = (text: string): readonly number[] => tokenizer.encode(rule.escape ? unicodeEscape(text) : text)
  const ids = encode(prompt)
  if (ids.length <= rule.maxTokens) return { ids }
  const { after } = tokenizer.frame
  const kept = [...ids.slice(0, rule.maxTokens - after.length), ...after]
  return { ids: kept, cut: firstDropped(prompt, (text) => encode(text).length <= rule.maxTokens) }
}

/** Where the first word begins after the longest run of whole words that fits, found by halving. */
function firstDropped(prompt: string, fits: (text: string) => boolean): number {
  const words = [...prompt.matchAll(/\S+/g)]
  let low = 0
  let high = words.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    const last = words[middle - 1]
    if (last && fits(prompt.slice(0, last.index + last[0].length))) low = middle
    else high = middle
  }
  return words[low]?.index ?? prompt.length
}

/** The words that a cut leaves out, as they stand in the prompt. */
export function droppedWords(prompt: string, cut: number): string[] {
  return prompt.slice(cut).match(/\S+/g) ?? []
}

/** Words that a warning shows at most: the first ones and the last ones. */
const SHOWN = { first: 8, last: 3 }

/** What to tell the artist of the words left out. */
export function droppedWarning(dropped: readonly string[], maxTokens: number, what = 'prompt'): string {
  const { first, last } = SHOWN
  const isLong = dropped.length > first + last + 1
  const shown = isLong ? [...dropped.slice(0, first), '…', ...dropped.slice(-last)] : dropped
  const words = dropped.length === 1 ? 'word was' : `${dropped.length} words were`
  return `The ${what} is longer than ${maxTokens} tokens: its last ${words} left out: ${shown.join(' ')}`
}
