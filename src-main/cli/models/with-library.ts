import { dataFolder } from '../../library/folders'
import { Library } from '../../library/library'
import { interruptible } from '../interrupt'
import type { Terminal } from '../terminal'
import { WorkTeller } from './work-teller'

/** What work on the library's models is done with. */
export interface ModelWork {
  readonly library: Library
  readonly teller: WorkTeller
  readonly signal: AbortSignal
}

/** Opens the library, tells how the work goes and stops it on Ctrl-C; closes everything whatever happens. */
export async function withLibrary<T>(terminal: Terminal, work: (given: ModelWork) => Promise<T>): Promise<T> {
  const library = Library.open(dataFolder(), 'the tim command line')
  const teller = new WorkTeller(terminal)
  try {
    if (library.repair !== null) terminal.tell(library.repair)
    return await interruptible((signal) => work({ library, teller, signal }))
  } finally {
    teller.stop()
    library.close()
  }
}
