import type { GenerationId } from '#shared/schema/id'
import { rowKey, type Row } from '../../../state/history-rows'
import { dayHeading } from '../../../words/day'

/** What the list of the history shows, from top to bottom. */
export type Item =
  | { readonly kind: 'day'; readonly key: string; readonly heading: string }
  | {
      readonly kind: 'row'
      readonly key: string
      readonly row: Row
      readonly shown: readonly GenerationId[]
      readonly hidden: number
    }

/** Pictures of a row that are shown before it is opened: two lines of five. */
export const FOLDED = 10

/** Rows under the headings of their days, which come newest first. */
export function historyItems(rows: readonly Row[], opened: ReadonlySet<string>, now: number): Item[] {
  const items: Item[] = []
  let day: string | undefined
  for (const row of rows) {
    if (row.day !== day) {
      day = row.day
      items.push({ kind: 'day', key: day, heading: dayHeading(noonOf(day), now) })
    }
    const key = rowKey(row)
    const shown = opened.has(key) || row.ids.length <= FOLDED ? row.ids : row.ids.slice(0, FOLDED - 1)
    items.push({ kind: 'row', key, row, shown, hidden: row.total - shown.length })
  }
  return items
}

/** A moment of a local day YYYY-MM-DD. */
function noonOf(day: string): number {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  return new Date(year, month - 1, date, 12).getTime()
}

/** Pixels of an item before it is measured. */
export function heightOf(item: Item): number {
  if (item.kind === 'day') return 32
  const tiles = item.shown.length + (item.hidden > 0 ? 1 : 0)
  return 32 + 52 * Math.ceil(tiles / 5)
}
