/**
 * Python's `str.encode('unicode-escape').decode()`, through which every caption of TiM's training went: printable ASCII stays,
 * a backslash doubles, newline, tab and return become \n \t \r, all else \xHH, \uHHHH or \UHHHHHHHH. A lone surrogate counts as
 * itself. Source: CPython, PyUnicode_AsUnicodeEscapeString.
 */
export function unicodeEscape(text: string): string {
  let escaped = ''
  for (const char of text) escaped += escapeOf(char)
  return escaped
}

const SHORT: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
])

/** One code point. */
function escapeOf(char: string): string {
  const code = char.codePointAt(0) ?? 0
  const short = SHORT.get(char)
  if (short !== undefined) return short
  if (code >= 0x20 && code < 0x7f) return char
  const hex = (digits: number): string => code.toString(16).padStart(digits, '0')
  if (code <= 0xff) return `\\x${hex(2)}`
  return code <= 0xffff ? `\\u${hex(4)}` : `\\U${hex(8)}`
}
