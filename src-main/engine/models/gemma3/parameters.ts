import { plainNet } from '../../nn/net'
import { createBuilder } from '../../ops/table'
import { parametersOf } from '../parameters'
import { gemma3Graph } from './build'
import type { Gemma3Config } from './config'

/** Every checkpoint key of the text decoder and its shape, the table of embeddings included. */
export function gemma3Parameters(config: Gemma3Config): ReadonlyMap<string, readonly number[]> {
  const layers = parametersOf(gemma3Graph(plainNet(createBuilder()), config))
  return new Map([['model.embed_tokens.weight', [config.vocab_size, config.hidden_size]], ...layers])
}
