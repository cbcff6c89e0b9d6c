import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { tinyGemmaTokenizer } from '../../../test/support/tiny-gemma-tokenizer'
import { openModelFolder, type ModelFolder } from '../weights/manifest'
import { openTokenCounter } from './token-count'
import { TokenizerError } from './tokenizer'

const starter = openModelFolder(resolve('assets/starter'))

/** A model whose prompts are read as the released ones read them, at most 16 tokens; a letter each, and one before them. */
function gemma(name: string, tokenizer: unknown = tinyGemmaTokenizer()): ModelFolder {
  const folder = join(temporaryFolder(), name)
  mkdirSync(join(folder, 'text'), { recursive: true })
  writeFileSync(join(folder, 'text', 'config.json'), JSON.stringify({ model_type: 'gemma3_text' }))
  writeFileSync(join(folder, 'text', 'tokenizer.json'), JSON.stringify(tokenizer))
  return { ...starter, folder, manifest: { ...starter.manifest, text: { minTokens: 0, maxTokens: 16 } } }
}

it('counts as the embedded model reads: a token a word, the mean before them', () => {
  const count = openTokenCounter(starter)
  expect(count('')).toEqual({ tokens: 1, most: 64, dropped: [] })
  expect(count('a red fox')).toEqual({ tokens: 4, most: 64, dropped: [] })
  expect(count('fox '.repeat(63))).toEqual({ tokens: 64, most: 64, dropped: [] })
  expect(count(`${'fox '.repeat(63)}red fox`)).toEqual({ tokens: 66, most: 64, dropped: ['red', 'fox'] })
})

it('counts as the released models read: escaped, their opening token along', () => {
  const count = openTokenCounter(gemma('released'))
  expect(count('')).toEqual({ tokens: 1, most: 16, dropped: [] })
  expect(count('abcde fghij klm')).toEqual({ tokens: 16, most: 16, dropped: [] })
  expect(count('abcde fghij klm no')).toEqual({ tokens: 19, most: 16, dropped: ['no'] })
  // \u2014
  expect(count('—').tokens).toBe(1 + 6)
})

it('a tokenizer that is none is refused by name', () => {
  expect(() => openTokenCounter(gemma('broken', {}))).toThrow(TokenizerError)
})
