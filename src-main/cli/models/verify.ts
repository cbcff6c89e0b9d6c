import { listModels } from '../../engine/jobs/generate/list-models'
import { verifyInstalled } from '../../engine/jobs/models/verify'
import { modelPlaces } from '../studio-places'
import type { Terminal } from '../terminal'
import { gigabytes } from './bytes'
import { byName } from './by-name'
import { withLibrary } from './with-library'

/** Verifies one model, or all; says each that holds. Throws at the first that does not, naming the file. */
export async function verifyModels(terminal: Terminal, name: string | undefined): Promise<void> {
  await withLibrary(terminal, async ({ library, teller, signal }) => {
    const found = await listModels(modelPlaces(library.folders))
    for (const { card, folder } of name === undefined ? found : [byName(found, name)]) {
      const { files, bytes } = await verifyInstalled({ model: folder }, teller.hear, signal)
      teller.stop()
      terminal.answer(`${card.name}: ${files} files, ${gigabytes(bytes)}, all as installed`)
    }
  })
}
