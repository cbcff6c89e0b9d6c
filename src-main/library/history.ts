import { GenerationId } from '#shared/schema/id'
import { MOST_COUNTED, type HistoryPage, type HistoryRow } from '#shared/schema/history'
import { searchConditions, type Search } from './search'
import type { Sqlite, SqlRow, SqlValue } from './sqlite'

interface Question {
  readonly cursor: string | null
  /** Pictures of the page, at most. */
  readonly pictures: number
  /** What is typed into the search box. */
  readonly search: string
}

/**
 * Pages of the history, newest pictures first, grouped by day and prompt. SQLite walks along the pictures' order and stops at the page's
 * end, with words along the list of each word, so that no question sorts or groups the whole library.
 */
export class HistoryStore {
  constructor(private readonly db: Sqlite) {}

  /** The pictures after `cursor` that match. A cursor of another make starts anew. */
  page({ cursor, pictures, search }: Question): HistoryPage {
    const wanted = searchConditions(search, { now: new Date(), models: () => this.models() })
    const after = readCursor(cursor)
    const found = this.db.all(
      `SELECT g.seq, g.id, g.day, g.created_at, g.starred, g.width, g.height, g.prompt_id, p.text, p.class_id
       FROM ${sourceOf(wanted)} JOIN prompts p ON p.id = g.prompt_id
       WHERE ${whereOf(wanted)} AND ${keyOf(wanted)} < ? ORDER BY ${keyOf(wanted)} DESC LIMIT ?`,
      ...valuesOf(wanted),
      after,
      pictures + 1,
    )
    const shown = found.slice(0, pictures)
    return {
      rows: rowsOf(shown),
      next: found.length > pictures ? String(shown.at(-1)?.['seq']) : null,
      total: cursor === null && found.length === 0 ? 0 : this.count(wanted),
    }
  }

  /** The names of the models that drew something: from one to the next along their index. */
  private models(): string[] {
    const rows = this.db.all(
      `WITH RECURSIVE names (name) AS (
         SELECT MIN(model) FROM generations
         UNION ALL SELECT (SELECT MIN(model) FROM generations WHERE model > name) FROM names WHERE name IS NOT NULL
       ) SELECT name FROM names WHERE name IS NOT NULL`,
    )
    return rows.map((row) => String(row['name']))
  }

  private count(wanted: Search): number {
    const isAll = wanted.words === null && wanted.filters.length === 0
    const row = isAll
      ? this.db.get('SELECT COUNT(*) AS n FROM generations WHERE deleted = 0 AND lost = 0')
      : this.db.get(
          `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ${sourceOf(wanted)} WHERE ${whereOf(wanted)} LIMIT ${MOST_COUNTED})`,
          ...valuesOf(wanted),
        )
    return Number(row?.['n'])
  }
}

// CROSS JOIN keeps the order of the loops: first the words, whose list is in the pictures' order, then the picture.
const sourceOf = ({ words }: Search): string =>
  words === null ? 'generations g' : 'generation_words w CROSS JOIN generations g ON g.seq = w.rowid'

const keyOf = ({ words }: Search): string => (words === null ? 'g.seq' : 'w.rowid')

function whereOf({ words, filters }: Search): string {
  const match = words === null ? [] : ['generation_words MATCH ?']
  // A plus keeps SQLite from going by these, which nearly all pictures have in common.
  return [...match, '+g.deleted = 0', '+g.lost = 0', ...filters.map(({ sql }) => `(${sql})`)].join(' AND ')
}

function valuesOf({ words, filters }: Search): SqlValue[] {
  return [...(words === null ? [] : [words]), ...filters.flatMap(({ values }) => values)]
}

/** Neighbours of the same day and prompt are gathered; a row stands where its newest picture does. */
function rowsOf(found: readonly SqlRow[]): HistoryRow[] {
  const rows = new Map<string, HistoryRow>()
  for (const row of found) {
    const key = `${String(row['day'])} ${String(row['prompt_id'])}`
    const picture = {
      id: GenerationId.parse(row['id']),
      createdAt: Number(row['created_at']),
      starred: row['starred'] === 1,
      width: Number(row['width']),
      height: Number(row['height']),
    }
    const before = rows.get(key)
    if (before !== undefined) before.pictures.push(picture)
    else {
      rows.set(key, {
        day: String(row['day']),
        prompt: String(row['text']),
        ...(row['class_id'] === null ? {} : { classId: Number(row['class_id']) }),
        pictures: [picture],
      })
    }
  }
  return [...rows.values()]
}

/** Pictures before this place in the order come next. */
function readCursor(text: string | null): number {
  const read = text !== null && /^\d{1,16}$/.test(text) ? Number(text) : Number.MAX_SAFE_INTEGER
  return Number.isSafeInteger(read) ? read : Number.MAX_SAFE_INTEGER
}
