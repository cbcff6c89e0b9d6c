import { localDay } from './local-day'
import { ftsQuery } from './prompts'
import type { SqlValue } from './sqlite'

/** A condition on `generations g` with its values. */
export interface Condition {
  readonly sql: string
  readonly values: readonly SqlValue[]
}

/** What is searched for: words of the prompt as an FTS5 query, or null, and filters beside them. */
export interface Search {
  readonly words: string | null
  readonly filters: readonly Condition[]
}

/** What filters need to know: which day is today, and the names of the models that drew something. */
interface Known {
  readonly now: Date
  readonly models: () => readonly string[]
}

type Filter = (value: string, known: Known) => Condition | null

/** Filters that may be typed among the words: `nfe:8`, `size:128x128`, `model:starter`, `lora:mascot`, `star:`, `date:2026-05`. */
const filters: Readonly<Record<string, Filter>> = {
  nfe: (value) => (/^\d{1,4}$/.test(value) ? { sql: 'g.steps = ?', values: [Number(value)] } : null),
  size: (value) => {
    const sides = /^(\d{1,5})[x×](\d{1,5})$/i.exec(value)
    return sides === null ? null : { sql: 'g.width = ? AND g.height = ?', values: [Number(sides[1]), Number(sides[2])] }
  },
  model: modelCondition,
  lora: (value) =>
    value === ''
      ? { sql: `g.adapters <> ''`, values: [] }
      : { sql: `g.adapters <> '' AND instr(g.adapters, ?) > 0`, values: [value.toLowerCase()] },
  star: () => ({ sql: 'g.starred = 1', values: [] }),
  date: dateCondition,
}

/** What is typed into the history's search box. A filter that makes no sense counts as words. */
export function searchConditions(typed: string, known: Known): Search {
  const found: Condition[] = []
  const words: string[] = []
  for (const part of typed.split(/\s+/)) {
    const colon = part.indexOf(':')
    const filter = colon < 0 ? undefined : filters[part.slice(0, colon).toLowerCase()]
    const condition = filter?.(part.slice(colon + 1), known) ?? null
    if (condition === null) words.push(part)
    else found.push(condition)
  }
  return { words: ftsQuery(words.join(' ')), filters: found }
}

/** Models by a part of their names. There are few of them, and where none is meant nothing is searched through. */
function modelCondition(value: string, { models }: Known): Condition | null {
  if (value === '') return null
  const meant = models().filter((name) => name.toLowerCase().includes(value.toLowerCase()))
  return meant.length === 0
    ? { sql: 'FALSE', values: [] }
    : { sql: `g.model IN (${meant.map(() => '?').join(', ')})`, values: meant }
}

/** `today`, `yesterday`, a year, month or day (`2026`, `2026-05`, `2026-05-12`), or two of them with `..` between; either may be left out. */
function dateCondition(value: string, { now }: Known): Condition | null {
  const range = /^(.*?)\.\.(.*)$/.exec(value)
  const [from, to] = range === null ? [value, value] : [range[1] ?? '', range[2] ?? '']
  const [first, last] = [dayPrefix(from, now), dayPrefix(to, now)]
  if (first === null || last === null || (first === '' && last === '')) return null
  // Days are YYYY-MM-DD; "~" is greater than every sign in them.
  return { sql: 'g.day >= ? AND g.day <= ?', values: [first, `${last}~`] }
}

function dayPrefix(text: string, now: Date): string | null {
  const word = text.toLowerCase()
  if (word === 'today') return localDay(now.getTime())
  if (word === 'yesterday') return localDay(new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1).getTime())
  return /^(\d{4}(-\d{2}(-\d{2})?)?)?$/.test(word) ? word : null
}
