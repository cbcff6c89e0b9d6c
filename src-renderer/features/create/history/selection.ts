import type { GenerationId } from '#shared/schema/id'
import type { Row } from '../../../state/history-rows'

/** What is held while a picture is clicked. */
export interface ClickKeys {
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
}

/** The pictures that are chosen after a click: one, one more or less with Ctrl, all from the last one with Shift. */
export function chosenAfter(
  rows: readonly Row[],
  chosen: readonly GenerationId[],
  id: GenerationId,
  { ctrlKey, metaKey, shiftKey }: ClickKeys,
): readonly GenerationId[] {
  if (shiftKey && chosen.length > 0) {
    const all = rows.flatMap((row) => row.ids)
    const [from, to] = [all.indexOf(chosen.at(-1)!), all.indexOf(id)]
    if (from >= 0 && to >= 0) {
      const range = all.slice(Math.min(from, to), Math.max(from, to) + 1)
      // The last one stays the end that the next Shift goes from.
      const added = (from <= to ? range : range.reverse()).filter((one) => !chosen.includes(one) || one === id)
      return [...chosen.filter((one) => one !== id), ...added]
    }
  }
  if (ctrlKey || metaKey) return chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id]
  return [id]
}
