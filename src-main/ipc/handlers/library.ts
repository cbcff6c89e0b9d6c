import type { LibraryCare } from '../../engine-host/library-care'
import type { HandlersOf } from '../answer'

export function libraryHandlers(care: Pick<LibraryCare, 'state' | 'settleLost'>): HandlersOf<'library'> {
  return {
    'library/state': async () => care.state(),
    'library/lost': async ({ what }) => care.settleLost(what),
  }
}
