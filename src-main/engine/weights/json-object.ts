/** JSON whose top level is an object, from untrusted bytes. JSON.parse keeps the last of duplicate keys; here they are told. */
export type JsonObject =
  | { readonly ok: true; readonly entries: Map<string, unknown>; readonly duplicate: string | undefined }
  | { readonly ok: false; readonly why: string }

/** Headers and configurations need three or four levels; a deep one would only exhaust memory. */
const DEEPEST = 64

/** Parses UTF-8 bytes as a JSON object. Never throws. */
export function parseJsonObject(bytes: Uint8Array): JsonObject {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return { ok: false, why: 'it is no UTF-8 text' }
  }
  const { deepest, duplicate } = scan(text)
  if (deepest > DEEPEST) return { ok: false, why: `it is nested more than ${DEEPEST} deep` }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return { ok: false, why: 'it is no JSON' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { ok: false, why: 'it is no JSON object' }
  return { ok: true, entries: new Map(Object.entries(value)), duplicate }
}

/** One pass over the text, valid or not: the deepest nesting, and the first key that one object names twice. */
function scan(text: string): { deepest: number; duplicate: string | undefined } {
  // Keys seen by each open object; arrays have none.
  const open: (Set<string> | undefined)[] = []
  let deepest = 0
  let duplicate: string | undefined
  for (let i = 0; i < text.length && deepest <= DEEPEST; i++) {
    const char = text[i]
    if (char === '{') open.push(new Set())
    else if (char === '[') open.push(undefined)
    else if (char === '}' || char === ']') open.pop()
    else if (char === '"') {
      const end = endOfString(text, i)
      if (isKey(text, end)) {
        const key = unquote(text.slice(i, end))
        const keys = open.at(-1)
        if (keys?.has(key)) duplicate ??= key
        keys?.add(key)
      }
      i = end - 1
    }
    deepest = Math.max(deepest, open.length)
  }
  return { deepest, duplicate }
}

/** The index after the closing quote of the string that opens at `start`. */
function endOfString(text: string, start: number): number {
  let i = start + 1
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1
  return Math.min(i + 1, text.length)
}

/** Whether the string that ends before `end` is followed by a colon. */
function isKey(text: string, end: number): boolean {
  let i = end
  while (i < text.length && ' \t\r\n'.includes(text.charAt(i))) i++
  return text[i] === ':'
}

/** Two spellings of one key ("a" and "\u0061") are the same key. */
function unquote(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1)
  try {
    return String(JSON.parse(quoted))
  } catch {
    return quoted
  }
}
