import type { Emit } from '../../engine-host/queue-runner'
import type { Bin } from '../../library/bin'
import type { Library } from '../../library/library'
import type { HandlersOf } from '../answer'

export function historyHandlers(
  library: Pick<Library, 'history' | 'generations' | 'prompts'>,
  bin: Pick<Bin, 'remove' | 'restore'>,
  emit: Emit,
): HandlersOf<'history' | 'prompts'> {
  const { generations } = library
  return {
    'history/list': (query) => library.history.page(query),
    'history/get': ({ id }) => generations.get(id),
    'history/some': ({ ids }) => generations.some(ids),
    'history/star': ({ id, starred }) => {
      const changed = generations.star(id, starred)
      emit('history/changed', { is: 'changed', ids: [id] })
      return changed
    },
    'history/delete': ({ ids }) => {
      if (bin.remove(ids) > 0) emit('history/changed', { is: 'removed', ids })
    },
    'history/restore': ({ ids }) => {
      bin.restore(ids)
      emit('history/changed', { is: 'added', ids })
    },
    'prompts/list': ({ search, limit }) => library.prompts.list(search, limit),
  }
}
