import type { PromptLength } from '#shared/schema/prompt-length'

/** A prompt's length is said once it is past this share of what the model reads: 200 of 256. */
const NEAR = 200 / 256

/** A prompt that is being typed is counted after this pause. */
export const PAUSE_MS = 250

/** Whether a prompt could be long enough for its length to be said; most need not be counted to know that they are not. */
export function mayBeLong(prompt: string, most: number): boolean {
  return most > 0 && tokensAtMost(prompt) > NEAR * most
}

/** Whether a length is near what the model reads, or above. */
export function isWorthSaying({ tokens, most }: PromptLength): boolean {
  return tokens > NEAR * most
}

/**
 * No tokenizer makes more of a text: a letter of ASCII is one token at most, any other one the six of its escape (Python's `\u2014`; ten
 * for a pair), a backslash and a line's end two.
 */
function tokensAtMost(prompt: string): number {
  const frame = 2
  const others = prompt.match(/[^ -~]/g)?.length ?? 0
  const backslashes = prompt.match(/\\/g)?.length ?? 0
  return frame + prompt.length + 5 * others + backslashes
}

/** Asks after a pause, and hands on the answer, unless the returned function was called before it came. */
export function askAfterPause<T>(ask: () => Promise<T>, use: (answer: T) => void, pauseMs = PAUSE_MS): () => void {
  let current = true
  const timer = setTimeout(() => {
    void ask().then((answer) => {
      if (current) use(answer)
    })
  }, pauseMs)
  return () => {
    current = false
    clearTimeout(timer)
  }
}
