import type { FoundModel } from '#shared/engine/protocol'
import type { AdapterCard } from '#shared/schema/adapter'
import { listAdapters } from '../../library/adapter-cards'
import type { Library } from '../../library/library'
import type { HandlersOf } from '../answer'
import type { ChosenPaths } from '../chosen-paths'

/** `bring` puts the adapter at a path into the library's folder, for the model in another. */
export function adapterHandlers(
  { folders }: Pick<Library, 'folders'>,
  shelf: { named(name: string): Promise<FoundModel> },
  bring: (where: { readonly path: string; readonly adapters: string; readonly model: string }) => Promise<AdapterCard>,
  chosen: ChosenPaths,
): HandlersOf<'adapters'> {
  return {
    'adapters/list': () => listAdapters(folders.adapters).map(({ card }) => card),
    'adapters/import': async ({ path, model }) => {
      chosen.check(path, 'adapters')
      const { folder } = await shelf.named(model)
      return bring({ path, adapters: folders.adapters, model: folder })
    },
  }
}
