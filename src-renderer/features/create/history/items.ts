import type { GenerationId } from '#shared/schema/id'
import { rowKey, type Row } from '../../../state/history-rows'
import { dayHeading } from '../../../words/day'

/** One item of the list: a row, with the heading of its day above the first of the day. */
export interface Item {
  readonly key: string
  readonly heading: string | undefined
  readonly row: Row
  readonly shown: readonly GenerationId[]
  /** Pictures of the row that are loaded and not shown. */
  readonly hidden: number
}

/** Pictures of a row that are shown before it is opened: two lines of five. */
export const FOLDED = 10

/** Rows under the headings of their days, which come newest first. */
export function historyItems(rows: readonly Row[], opened: ReadonlySet<string>, now: number): Item[] {
  return rows.map((row, i) => {
    const key = rowKey(row)
    const heading = row.day === rows[i - 1]?.day ? undefined : dayHeading(noonOf(row.day), now)
    const shown = opened.has(key) || row.ids.length <= FOLDED ? row.ids : row.ids.slice(0, FOLDED - 1)
    return { key, heading, row, shown, hidden: row.ids.length - shown.length }
  })
}

/** A moment of a local day YYYY-MM-DD. */
function noonOf(day: string): number {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date, 12).getTime()
}

/** Pixels of an item before it is measured. */
export function heightOf({ heading, shown, hidden }: Item): number {
  const tiles = shown.length + (hidden > 0 ? 1 : 0)
  return (heading === undefined ? 0 : 32) + 32 + 52 * Math.ceil(tiles / 5)
}
