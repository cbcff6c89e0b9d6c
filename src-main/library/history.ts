import { generationRecord } from '#shared/schema/generation'
import { ROW_PICTURES, type HistoryPage, type HistoryRow } from '#shared/schema/history'
import { readableRecords } from './record'
import { searchConditions, type Condition } from './search'
import type { Sqlite, SqlRow } from './sqlite'

/** Where a page ends: the last row's day, newest picture and prompt. */
type Cursor = readonly [day: string, last: number, prompt: number]

/** Pages of the history: pictures by day, in each day one row per prompt, newest first. */
export class HistoryStore {
  constructor(private readonly db: Sqlite) {}

  /** A page of at most `count` rows after `cursor`, of the pictures that match what is typed. A cursor of another make starts anew. */
  page(query: { readonly cursor: string | null; readonly rows: number; readonly search: string }): HistoryPage {
    const conditions: Condition[] = [{ sql: 'g.deleted = 0', values: [] }, ...searchConditions(query.search)]
    const where = conditions.map(({ sql }) => `(${sql})`).join(' AND ')
    const values = conditions.flatMap((condition) => condition.values)
    const after = readCursor(query.cursor)
    const groups = this.db.all(
      `SELECT g.day, g.prompt_id, MAX(g.created_at) AS last, COUNT(*) AS total, p.text, p.class_id
       FROM generations g JOIN prompts p ON p.id = g.prompt_id
       WHERE ${where} ${after === null ? '' : 'AND g.day <= ?'}
       GROUP BY g.day, g.prompt_id
       ${after === null ? '' : 'HAVING (g.day, last, g.prompt_id) < (?, ?, ?)'}
       ORDER BY g.day DESC, last DESC, g.prompt_id DESC LIMIT ?`,
      ...values,
      ...(after === null ? [] : [after[0], ...after]),
      query.rows + 1,
    )
    const shown = groups.slice(0, query.rows)
    const total = this.db.get(`SELECT COUNT(*) AS n FROM generations g WHERE ${where}`, ...values)
    return {
      rows: shown.map((group) => this.row(group, where, values)),
      next: groups.length > query.rows ? cursorOf(shown.at(-1)) : null,
      total: Number(total?.['n']),
    }
  }

  private row(group: SqlRow, where: string, values: Condition['values']): HistoryRow {
    const pictures = this.db.all(
      `SELECT g.json FROM generations g WHERE ${where} AND g.day = ? AND g.prompt_id = ?
       ORDER BY g.created_at DESC, g.id DESC LIMIT ${ROW_PICTURES}`,
      ...values,
      group['day'] ?? '',
      group['prompt_id'] ?? 0,
    )
    return {
      day: String(group['day']),
      prompt: String(group['text']),
      ...(group['class_id'] === null ? {} : { classId: Number(group['class_id']) }),
      total: Number(group['total']),
      pictures: readableRecords(generationRecord, pictures),
    }
  }
}

function cursorOf(group: SqlRow | undefined): string | null {
  if (group === undefined) return null
  return JSON.stringify([group['day'], group['last'], group['prompt_id']])
}

function readCursor(text: string | null): Cursor | null {
  if (text === null) return null
  const match = /^\["(\d{4}-\d{2}-\d{2})",(\d+),(\d+)\]$/.exec(text)
  return match === null ? null : [match[1] ?? '', Number(match[2]), Number(match[3])]
}
