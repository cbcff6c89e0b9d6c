import type { Generation } from '#shared/schema/generation'
import type { HistoryRow } from '#shared/schema/history'
import type { GenerationId } from '#shared/schema/id'

/** A row of the history by ids; the pictures themselves are in `pictures.ts`. */
export interface Row {
  /** Local day, YYYY-MM-DD. */
  readonly day: string
  readonly prompt: string
  readonly classId: number | undefined
  readonly total: number
  /** Newest first. */
  readonly ids: readonly GenerationId[]
}

export function rowOf({ day, prompt, classId, total, pictures }: HistoryRow): Row {
  return { day, prompt, classId, total, ids: pictures.map(({ id }) => id) }
}

/** What tells rows apart. */
export const rowKey = (row: Pick<Row, 'day' | 'prompt' | 'classId'>): string =>
  JSON.stringify([row.day, row.prompt, row.classId ?? null])

/** The local day of a moment, as rows have it. */
export function dayOf(createdAt: number): string {
  const date = new Date(createdAt)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** Rows with a picture that was just made: at the head of its row, and the row at the head of all. */
export function withPicture(rows: readonly Row[], { id, createdAt, recipe }: Generation): readonly Row[] {
  const fresh = { day: dayOf(createdAt), prompt: recipe.prompt, classId: recipe.classId }
  const key = rowKey(fresh)
  const before = rows.find((row) => rowKey(row) === key)
  if (before?.ids.includes(id) === true) return rows
  const row = { ...fresh, total: (before?.total ?? 0) + 1, ids: [id, ...(before?.ids ?? [])] }
  return [row, ...rows.filter((other) => other !== before)]
}

/** Rows without some pictures; rows that lose all of them go. */
export function withoutPictures(rows: readonly Row[], gone: readonly GenerationId[]): readonly Row[] {
  const lost = new Set(gone)
  return rows
    .map((row) => {
      const ids = row.ids.filter((id) => !lost.has(id))
      return ids.length === row.ids.length ? row : { ...row, ids, total: row.total - (row.ids.length - ids.length) }
    })
    .filter((row) => row.total > 0)
}
