import { listModels } from '../../engine/jobs/generate/list-models'
import { removeModel } from '../../engine/jobs/models/remove'
import { UsageError } from '../explain'
import { modelPlaces } from '../studio-places'
import type { Terminal } from '../terminal'
import { canAsk, confirm } from './ask'
import { gigabytes } from './bytes'
import { byName } from './by-name'
import { withLibrary } from './with-library'

/** Removes a model after asking, and says what became free. Throws what is wrong. */
export async function removeByName(terminal: Terminal, name: string, isSure: boolean): Promise<void> {
  await withLibrary(terminal, async ({ library, signal }) => {
    const { models } = library.folders
    const { card, folder } = byName(await listModels(modelPlaces(library.folders)), name)
    if (card.embedded)
      throw new UsageError(`The model '${name}' comes with the studio and stays.`, 'Name a model of the library.')
    if (!isSure && !canAsk()) throw new UsageError('There is nobody to ask whether to remove it.', 'Add --yes.')
    if (!isSure && !(await confirm(`Remove ${card.title} from ${folder}?`, signal))) return terminal.tell('Nothing was removed.')
    library.locks.need('downloads')
    const { freed, kept } = await removeModel({ kind: 'remove', models, model: folder })
    const rest = kept.length > 0 ? `; its ${kept.join(' and ')} stay, for other models use them` : ''
    terminal.answer(`${name} is removed: ${gigabytes(freed)} are free${rest}`)
  })
}
