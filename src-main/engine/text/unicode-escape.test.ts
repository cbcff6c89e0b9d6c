import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { unicodeEscape } from './unicode-escape'

const FIXTURE = join(import.meta.dirname, '../../../test/golden/fixtures/text/cases.json')
const { rows } = JSON.parse(readFileSync(FIXTURE, 'utf8')) as { rows: { prompt: string; escaped: string }[] }

describe('unicodeEscape', () => {
  it.each(rows)('escapes $prompt as Python does', ({ prompt, escaped }) => {
    expect(unicodeEscape(prompt)).toBe(escaped)
  })

  // Right column printed by CPython 3.11.
  it.each([
    ['\0\u0007\b\t\n\u000b\f\r\u001b\u001f', '\\x00\\x07\\x08\\t\\n\\x0b\\x0c\\r\\x1b\\x1f'],
    [' ~\u007f\u0080\u00a0\u00ff', ' ~\\x7f\\x80\\xa0\\xff'],
    ['\u0100\ud7ff\ue000\ufeff\uffff', '\\u0100\\ud7ff\\ue000\\ufeff\\uffff'],
    ['\u{10000}\u{10ffff}', '\\U00010000\\U0010ffff'],
    ['\ud800a\udc00', '\\ud800a\\udc00'],
    [`'"\\'`, `'"\\\\'`],
  ])('escapes controls, edges of planes and lone surrogates', (text, escaped) => {
    expect(unicodeEscape(text)).toBe(escaped)
  })
})
