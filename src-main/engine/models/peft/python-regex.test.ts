import { describe, expect, test } from 'vitest'
import { matchPython, PatternError, translate } from './python-regex'

const names = ['blocks.0.attn.qkv', 'blocks.11.attn.qkv', 'blocks.0.mlp.fc2', 'x_embedder.proj']
const matched = (pattern: string, how?: 'whole' | 'tail'): string[] => names.filter((_, i) => matchPython(pattern, names, how)[i])

describe('expressions of Python', () => {
  test.each([
    [String.raw`blocks\.\d+\.attn\.qkv`, ['blocks.0.attn.qkv', 'blocks.11.attn.qkv']],
    [String.raw`\Ablocks\.\d\.(?P<part>attn|mlp)\..*\Z`, ['blocks.0.attn.qkv', 'blocks.0.mlp.fc2']],
    [String.raw`^(?!.*mlp)blocks\.0.*$`, ['blocks.0.attn.qkv']],
    [String.raw`blocks\.1{,3}\..*`, ['blocks.11.attn.qkv']],
    [String.raw`(?i)BLOCKS\.0(?#the first)\.[]a-z.2]+`, ['blocks.0.attn.qkv', 'blocks.0.mlp.fc2']],
    [String.raw`blocks\.(?P<n>\d)(?P=n)\.attn\.qkv`, ['blocks.11.attn.qkv']],
    ['qkv', []],
  ])('%s as re.fullmatch', (pattern, expected) => expect(matched(pattern)).toEqual(expected))

  test('a pattern of ranks matches the end of a name after a dot', () => {
    expect(matched('attn.qkv', 'tail')).toEqual(['blocks.0.attn.qkv', 'blocks.11.attn.qkv'])
    expect(matched('roj', 'tail')).toEqual([])
  })

  test.each([
    ['(?>a)b', 'atomic'],
    ['(a)?(?(1)b|c)', 'conditional'],
    ['a*+b', 'possessive'],
    ['(?i:a)', 'flags'],
    ['[a', 'without its end'],
    ['(a', 'no regular expression'],
    ['a'.repeat(3000), '3000 characters'],
  ])('%s is refused by name', (pattern, why) => {
    expect(() => matchPython(pattern, names)).toThrow(PatternError)
    expect(() => matchPython(pattern, names)).toThrow(why)
  })

  test('one that would run for years ends after its time limit', () => {
    const long = `blocks.${'a'.repeat(60)}!`
    const started = performance.now()
    expect(() => matchPython(String.raw`blocks\.(a+)+b`, [long])).toThrow('takes longer')
    expect(performance.now() - started).toBeLessThan(5000)
  })

  test('escapes inside classes stay', () => expect(translate(String.raw`[\].\d]`).source).toBe(String.raw`[\].\d]`))
})
