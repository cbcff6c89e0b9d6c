import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { makeRandomModel } from '../../engine/jobs/models/random'
import { dataFolder } from '../../library/folders'
import { Library } from '../../library/library'
import type { RandomOptions } from '../commands/models'
import { interruptible } from '../interrupt'
import { studioRoot } from '../studio-places'
import type { Terminal } from '../terminal'
import { WorkTeller } from './work-teller'

/** Makes a random model and prints its folder. Throws what is wrong, Interrupted on Ctrl-C. */
export async function makeRandom(terminal: Terminal, { config, name, seed, tokenizer }: RandomOptions): Promise<void> {
  const library = Library.open(dataFolder(), 'the tim command line')
  const teller = new WorkTeller(terminal)
  try {
    const { models } = library.folders
    const words = tokenizer ?? developersTokenizer()
    const order = { models, name: name ?? `random-${config}`, config, seed, ...(words ? { tokenizer: words } : {}) }
    terminal.answer(await interruptible((signal) => makeRandomModel(order, teller.hear, signal)))
  } finally {
    teller.stop()
    library.close()
  }
}

/** Gemma's tokenizer as a checkout has it for its tests. */
function developersTokenizer(): string | undefined {
  const file = join(studioRoot(), 'node_modules', '@lenml', 'tokenizer-gemma3', 'models', 'tokenizer.json')
  return existsSync(file) ? file : undefined
}
