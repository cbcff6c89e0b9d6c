import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Tokenizer } from '@huggingface/tokenizers'
import { nameOf } from '../../ir/graph'
import { f32, i64, type Tensor } from '../../ir/tensor'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { readF32 } from '../../weights/convert'
import { openFolder } from '../../weights/open-weights'
import { bertGraph } from './build'
import { BertConfig } from './config'

/** A BERT encoder with its tokenizer, ready to run. */
export interface TextEncoder {
  /** Token ids with [CLS] and [SEP]; at most as many as the network has positions. */
  tokenize(prompt: string): readonly number[]
  /** Last hidden states of each prompt, (L,D) without padding. */
  states(prompts: readonly string[]): Promise<Tensor<'f32'>[]>
  /** The same of prompts that are tokens already. */
  statesOf(rows: readonly (readonly number[])[]): Promise<Tensor<'f32'>[]>
  release(): Promise<void>
}

/** Opens a component folder: config.json, model.safetensors (any float, or 8-bit rows), tokenizer.json. Throws on damaged files. */
export async function openTextEncoder(folder: string, options: { readonly threads?: number } = {}): Promise<TextEncoder> {
  const readJson = async (name: string): Promise<object> => JSON.parse(await readFile(join(folder, name), 'utf8')) as object
  const config = BertConfig.parse(await readJson('config.json'))
  const tokenizer = new Tokenizer(await readJson('tokenizer.json'), {})
  const graph = bertGraph(createBuilder(), config)
  const source = openFolder(folder)
  const session = await openSession(graph, {
    // Checkpoints carry more than the encoder: a pooler, the numbers of the positions.
    weights: Object.fromEntries(graph.params.map((param) => [nameOf(param), readF32(source, nameOf(param))])),
    weightsAs: 'initializers',
    ...options,
  })
  const tokenize = (prompt: string): readonly number[] => {
    const { ids } = tokenizer.encode(prompt)
    const room = config.max_position_embeddings
    // Keep [SEP] at the end of what is cut.
    return ids.length <= room ? ids : [...ids.slice(0, room - 1), ...ids.slice(-1)]
  }
  const statesOf: TextEncoder['statesOf'] = async (rows) => {
    const length = Math.max(0, ...rows.map((ids) => ids.length))
    const padded = (row: readonly number[], fill: (at: number) => number): number[] =>
      Array.from({ length }, (_, at) => (at < row.length ? fill(at) : 0))
    const shape = [rows.length, length]
    const ids = rows.flatMap((row) => padded(row, (at) => row[at] ?? 0))
    const mask = rows.flatMap((row) => padded(row, () => 1))
    const results = await session.run({ ids: i64(shape, ids), mask: i64(shape, mask) })
    const all = results['last_hidden_state']?.data as Float32Array
    const width = config.hidden_size
    return rows.map((row, i) => f32([row.length, width], all.slice(i * length * width, (i * length + row.length) * width)))
  }
  return {
    tokenize,
    statesOf,
    states: async (prompts) => statesOf(prompts.map(tokenize)),
    release: () => session.release(),
  }
}
