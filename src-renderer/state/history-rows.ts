import type { Generation } from '#shared/schema/generation'
import type { HistoryRow } from '#shared/schema/history'
import type { GenerationId } from '#shared/schema/id'

/** A row of the history by ids; the pictures themselves are in `pictures.ts`. */
export interface Row {
  /** Local day, YYYY-MM-DD. */
  readonly day: string
  readonly prompt: string
  readonly classId: number | undefined
  /** Those that are loaded, newest first. */
  readonly ids: readonly GenerationId[]
}

function rowOf({ day, prompt, classId, pictures }: HistoryRow): Row {
  return { day, prompt, classId, ids: pictures.map(({ id }) => id) }
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

/** Rows with the next page: a row that went over the page's end goes on, others follow. */
export function withPage(rows: readonly Row[], page: readonly HistoryRow[]): readonly Row[] {
  const all = [...rows]
  const places = new Map(all.map((row, i) => [rowKey(row), i]))
  for (const fresh of page.map(rowOf)) {
    const place = places.get(rowKey(fresh))
    const before = place === undefined ? undefined : all[place]
    if (place === undefined || before === undefined) {
      places.set(rowKey(fresh), all.push(fresh) - 1)
    } else {
      const known = new Set(before.ids)
      all[place] = { ...before, ids: [...before.ids, ...fresh.ids.filter((id) => !known.has(id))] }
    }
  }
  return all
}

/** Rows with a picture that was just made: at the head of its row, and the row at the head of all. */
export function withPicture(rows: readonly Row[], { id, createdAt, recipe }: Generation): readonly Row[] {
  const fresh = { day: dayOf(createdAt), prompt: recipe.prompt, classId: recipe.classId }
  const key = rowKey(fresh)
  const before = rows.find((row) => rowKey(row) === key)
  if (before?.ids.includes(id) === true) return rows
  const row = { ...fresh, ids: [id, ...(before?.ids ?? [])] }
  return [row, ...rows.filter((other) => other !== before)]
}

/** Rows without some pictures; rows that lose all of them go. */
export function withoutPictures(rows: readonly Row[], gone: readonly GenerationId[]): readonly Row[] {
  const lost = new Set(gone)
  return rows
    .map((row) => {
      const ids = row.ids.filter((id) => !lost.has(id))
      return ids.length === row.ids.length ? row : { ...row, ids }
    })
    .filter((row) => row.ids.length > 0)
}
