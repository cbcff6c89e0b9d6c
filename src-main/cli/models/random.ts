import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { makeRandomModel } from '../../engine/jobs/models/random'
import type { RandomOptions } from '../commands/models'
import { studioRoot } from '../studio-places'
import type { Terminal } from '../terminal'
import { withLibrary } from './with-library'

/** Makes a random model and prints its folder. Throws what is wrong, Interrupted on Ctrl-C. */
export async function makeRandom(terminal: Terminal, { name, tokenizer, ...options }: RandomOptions): Promise<void> {
  await withLibrary(terminal, async ({ library, teller, signal }) => {
    library.locks.need('downloads')
    const { models } = library.folders
    const words = tokenizer ?? developersTokenizer()
    const order = { ...options, models, name: name ?? `random-${options.config}`, ...(words ? { tokenizer: words } : {}) }
    terminal.answer(await makeRandomModel(order, teller.hear, signal))
  })
}

/** Gemma's tokenizer as a checkout has it for its tests. */
function developersTokenizer(): string | undefined {
  const file = join(studioRoot(), 'node_modules', '@lenml', 'tokenizer-gemma3', 'models', 'tokenizer.json')
  return existsSync(file) ? file : undefined
}
