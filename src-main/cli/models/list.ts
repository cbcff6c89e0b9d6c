import { listModels } from '../../engine/jobs/generate/list-models'
import { dataFolder } from '../../library/folders'
import { Library } from '../../library/library'
import { modelPlaces } from '../studio-places'
import type { Terminal } from '../terminal'
import { gigabytes } from './bytes'
import { errorsShort } from './percent'

/** Prints the installed models as a table, or as JSON. */
export async function listInstalled(terminal: Terminal, json: boolean): Promise<void> {
  const library = Library.open(dataFolder(), 'the tim command line')
  try {
    const found = await listModels(modelPlaces(library.folders))
    if (json) return terminal.answer(JSON.stringify(found.map(({ folder, card }) => ({ ...card, folder }))))
    const rows = found.map(({ card }) => [
      card.name,
      card.kind,
      gigabytes(card.bytes),
      card.precision,
      card.precisionError === undefined ? '-' : errorsShort(card.precisionError, card.pictureError),
      card.licence === '' ? '-' : card.licence,
      card.state.is === 'ready' ? 'ready' : `broken: ${card.state.why}`,
    ])
    for (const line of table(['NAME', 'KIND', 'SIZE', 'PRECISION', 'ERROR', 'LICENCE', 'STATE'], rows)) terminal.answer(line)
  } finally {
    library.close()
  }
}

/** Columns as wide as their widest cell; the last one runs on. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)))
  return all.map((row) =>
    row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '),
  )
}
