/** Which pictures are selected, in the order they were picked: the last one is the one the filmstrip and the details show. */
export type Selection = readonly string[]

/** The selection after a click on `id` (undefined: on empty canvas); with `add` (Shift or Ctrl held) the click toggles. */
export function clicked(selection: Selection, id: string | undefined, add: boolean): Selection {
  if (id === undefined) return add ? selection : []
  if (!add) return [id]
  return selection.includes(id) ? selection.filter((other) => other !== id) : [...selection, id]
}

/** The selection without pictures that no longer exist. */
export function keepOnly(selection: Selection, existing: ReadonlySet<string>): Selection {
  return selection.every((id) => existing.has(id)) ? selection : selection.filter((id) => existing.has(id))
}

/** The picture which details and filmstrip show. */
export function primary(selection: Selection): string | undefined {
  return selection.at(-1)
}
