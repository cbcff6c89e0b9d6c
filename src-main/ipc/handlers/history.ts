import type { Emit } from '../../engine-host/queue-runner'
import type { Library } from '../../library/library'
import type { HandlersOf } from '../answer'

export function historyHandlers(
  library: Pick<Library, 'history' | 'generations' | 'prompts'>,
  emit: Emit,
): HandlersOf<'history' | 'prompts'> {
  const { generations } = library
  return {
    'history/list': (query) => library.history.page(query),
    'history/get': ({ id }) => generations.get(id),
    'history/star': ({ id, starred }) => {
      const changed = generations.star(id, starred)
      emit('history/changed', { is: 'changed', ids: [id] })
      return changed
    },
    'history/delete': ({ ids }) => {
      if (generations.remove(ids) > 0) emit('history/changed', { is: 'removed', ids })
    },
    'history/restore': ({ ids }) => {
      if (generations.restore(ids) > 0) emit('history/changed', { is: 'added', ids })
    },
    'prompts/list': ({ search, limit }) => library.prompts.list(search, limit),
  }
}
