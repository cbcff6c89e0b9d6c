import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { droppedWarning, droppedWords, promptTokens } from './prompt-tokens'
import { openTokenizer, TokenizerError, type PromptTokenizer } from './tokenizer'

const folder = temporaryFolder()

/** A tokenizer of letters: [1] before, [2] after where asked for. */
function letters(name: string, closed: boolean): string {
  const vocab = Object.fromEntries(
    ['<unk>', '<s>', '</s>', ...'abcdefghijklmnopqrstuvwxyz \\0123456789'].map((token, id) => [token, id]),
  )
  const special = (token: string): object => ({ SpecialToken: { id: token, type_id: 0 } })
  const single = [special('<s>'), { Sequence: { id: 'A', type_id: 0 } }, ...(closed ? [special('</s>')] : [])]
  const json = {
    version: '1.0',
    truncation: { max_length: 3, strategy: 'LongestFirst', stride: 0, direction: 'Right' },
    padding: null,
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single,
      pair: single,
      special_tokens: { '<s>': { id: '<s>', ids: [1], tokens: ['<s>'] }, '</s>': { id: '</s>', ids: [2], tokens: ['</s>'] } },
    },
    decoder: null,
    model: { type: 'BPE', unk_token: '<unk>', vocab, merges: [] },
  }
  const path = join(folder, name)
  writeFileSync(path, JSON.stringify(json))
  return path
}

const open = openTokenizer(letters('open.json', false))
const closed = openTokenizer(letters('closed.json', true))

describe('a tokenizer', () => {
  it('frames a text, and does not apply truncation', () => {
    expect(open.encode('abc')).toEqual([1, 3, 4, 5])
    expect(closed.encode('')).toEqual([1, 2])
    expect(closed.frame).toEqual({ before: [1], after: [2] })
    expect(open.frame).toEqual({ before: [1], after: [] })
  })

  it.each([
    ['no JSON', '{', 'is no JSON'],
    ['another JSON', '{"a":1}', 'no model'],
    ['a model of an unknown kind', '{"model":{"type":"Magic"}}', 'cannot be built'],
    ['nothing', '', 'is no JSON'],
  ])('is refused by name: %s', (what, content, why) => {
    const path = join(folder, `${what}.json`)
    writeFileSync(path, content)
    expect(() => openTokenizer(path)).toThrow(TokenizerError)
    expect(() => openTokenizer(path)).toThrow(why)
  })

  it('is looked for in a folder, and its absence named', () => {
    expect(() => openTokenizer(folder)).toThrow(/tokenizer\.json does not exist/)
    expect(() => openTokenizer(join(folder, 'absent'))).toThrow(/absent does not exist/)
  })
})

describe('a prompt', () => {
  const rule = { maxTokens: 8, escape: false }

  const dropped = (tokenizer: PromptTokenizer, prompt: string): string[] =>
    droppedWords(prompt, promptTokens(tokenizer, prompt, rule).cut ?? Infinity)

  it('that fits is whole', () => {
    expect(promptTokens(open, 'ab cd', rule)).toEqual({ ids: [1, 3, 4, 29, 5, 6] })
  })

  it('is cut where it does not fit, its frame kept, and the words named that are not whole', () => {
    expect(promptTokens(open, 'ab cd efg  hi', rule).ids).toEqual([1, 3, 4, 29, 5, 6, 29, 7])
    expect(dropped(open, 'ab cd efg  hi')).toEqual(['efg', 'hi'])
    expect(promptTokens(closed, 'ab cde f', rule).ids).toEqual([1, 3, 4, 29, 5, 6, 7, 2])
    expect(dropped(closed, 'ab cde f')).toEqual(['f'])
    expect(dropped(open, 'abcdefghijk')).toEqual(['abcdefghijk'])
    expect(dropped(open, ' '.repeat(20))).toEqual([])
  })

  it('names words as they were written where its encoder reads them escaped', () => {
    const { cut = NaN, ids } = promptTokens(open, 'ab cd ä ö', { maxTokens: 11, escape: true })
    // \xe4 are four letters.
    expect(ids).toHaveLength(11)
    expect(droppedWords('ab cd ä ö', cut)).toEqual(['ö'])
  })

  it('is escaped where its encoder was used so', () => {
    expect(promptTokens(open, 'a\\', { maxTokens: 8, escape: true }).ids).toEqual([1, 3, 30, 30])
    expect(promptTokens(open, 'a\\', rule).ids).toEqual([1, 3, 30])
  })

  it('gives a warning that says what was left out', () => {
    expect(droppedWarning(['efg'], 8)).toBe('The prompt is longer than 8 tokens: its last word was left out: efg')
    expect(droppedWarning(['efg', 'hi'], 8, 'negative prompt')).toBe(
      'The negative prompt is longer than 8 tokens: its last 2 words were left out: efg hi',
    )
    const many = Array.from({ length: 500 }, (_, i) => `w${i}`)
    expect(droppedWarning(many, 8)).toContain('500 words were left out: w0 w1 w2 w3 w4 w5 w6 w7 … w497 w498 w499')
  })
})
