import type { ModelWorks } from '../../engine-host/model-work'
import type { Handlers } from '../answer'
import type { ChosenPaths } from '../chosen-paths'

/** `choose` asks the user for files or a folder. */
export function modelWorkHandlers(
  works: Pick<ModelWorks, 'state' | 'import' | 'verify' | 'remove' | 'cancel'>,
  chosen: ChosenPaths,
  choose: (what: 'files' | 'folder') => Promise<string[]>,
): Pick<Handlers, 'models/choose' | 'models/import' | 'models/verify' | 'models/remove' | 'models/cancel' | 'models/work'> {
  return {
    'models/choose': async ({ what }) => {
      const paths = await choose(what)
      chosen.add(paths)
      return { paths }
    },
    'models/import': (order) => {
      order.paths.forEach((path, i) => chosen.check(path, `paths.${i}`))
      works.import(order)
    },
    'models/verify': async ({ name }) => works.verify(name),
    'models/remove': async ({ name }) => works.remove(name),
    'models/cancel': () => works.cancel(),
    'models/work': () => works.state,
  }
}
