import { existsSync } from 'node:fs'
import type { FoundAdapter } from '#shared/schema/adapter'
import type { FoundModel } from '#shared/engine/protocol'
import { listModels } from '../../engine/jobs/generate/list-models'
import { listAdapters } from '../../library/adapter-cards'
import { dataFolder } from '../../library/folders'
import { Library } from '../../library/library'
import { chooseModel } from '../drawing/choose-model'
import { modelPlaces } from '../studio-places'
import { adapterNamed } from './by-name'

/** What commands on adapters work with. */
export interface AdapterWork {
  readonly library: Library
  readonly found: readonly FoundAdapter[]
  /** The model of a name; else the installed one that an adapter was trained on; else the embedded one. */
  model(name: string | undefined, base?: FoundAdapter['card']['base']): Promise<FoundModel>
  /** An adapter of the library by its name, or a path as it is. */
  source(nameOrPath: string): { readonly path: string; readonly card?: FoundAdapter['card'] }
}

/** Opens the library for work on its adapters, and closes it whatever happens. */
export async function withAdapters<T>(work: (given: AdapterWork) => T | Promise<T>): Promise<T> {
  const library = Library.open(dataFolder(), 'the tim command line')
  try {
    const found = listAdapters(library.folders.adapters)
    return await work({
      library,
      found,
      async model(name, base) {
        const models = await listModels(modelPlaces(library.folders))
        const trained = models.find(({ card }) => card.name === base?.name)
        return chooseModel(models, name ?? trained?.card.name, undefined)
      },
      source(nameOrPath) {
        const known = found.find(({ card }) => card.name === nameOrPath)
        if (!known && existsSync(nameOrPath)) return { path: nameOrPath }
        const { folder, card } = adapterNamed(found, nameOrPath)
        return { path: folder, card }
      },
    })
  } finally {
    library.close()
  }
}
