import { ftsQuery } from './prompts'
import type { SqlValue } from './sqlite'

/** A condition on `generations g` with its values. */
export interface Condition {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** Filters that may be typed among the words: `nfe:8`, `size:128x128`, `model:starter`, `star:`. */
const filters: Readonly<Record<string, (value: string) => Condition | null>> = {
  nfe: (value) => (/^\d{1,4}$/.test(value) ? { sql: 'g.steps = ?', values: [Number(value)] } : null),
  size: (value) => {
    const sides = /^(\d{1,5})[x×](\d{1,5})$/i.exec(value)
    return sides === null ? null : { sql: 'g.width = ? AND g.height = ?', values: [Number(sides[1]), Number(sides[2])] }
  },
  model: (value) => (value === '' ? null : { sql: `instr(lower(g.model), ?) > 0`, values: [value.toLowerCase()] }),
  star: () => ({ sql: 'g.starred = 1', values: [] }),
}

/** What is typed into the history's search box as SQL conditions. A filter that makes no sense counts as words. */
export function searchConditions(typed: string): Condition[] {
  const conditions: Condition[] = []
  const words: string[] = []
  for (const part of typed.split(/\s+/)) {
    const colon = part.indexOf(':')
    const filter = filters[part.slice(0, Math.max(colon, 0)).toLowerCase()]
    const condition = filter?.(part.slice(colon + 1)) ?? null
    if (condition === null) words.push(part)
    else conditions.push(condition)
  }
  const query = ftsQuery(words.join(' '))
  if (query !== null) {
    conditions.push({ sql: 'g.prompt_id IN (SELECT rowid FROM prompt_words WHERE prompt_words MATCH ?)', values: [query] })
  }
  return conditions
}
