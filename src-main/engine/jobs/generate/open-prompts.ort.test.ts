import { cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { fixturePath, relativeError } from '../../../../test/support/fixtures'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import type { Tensor } from '../../ir/tensor'
import type { TimCondition } from '../../models/tim/network-graph'
import type { ModelFolder } from '../../weights/manifest'
import { openPrompts } from './open-prompts'

const root = temporaryFolder()
const MAX_TOKENS = 12

/** The small Gemma 3 of the fixtures with a tokenizer of letters, as a model's text encoder. */
function modelWith(name: string): ModelFolder {
  const folder = join(root, name)
  const text = join(folder, 'text')
  mkdirSync(text, { recursive: true })
  for (const file of ['config.json', 'model.safetensors']) cpSync(fixturePath('gemma3', file), join(text, file))
  writeFileSync(join(text, 'tokenizer.json'), JSON.stringify(letters))
  const bytes = statSync(join(text, 'model.safetensors')).size
  const component = { folder: 'text', sha256: 'a'.repeat(64), bytes, licence: '', source: '' }
  const manifest = { text: { minTokens: 0, maxTokens: MAX_TOKENS }, components: { text: component } }
  return { folder, manifest, sha256: '' } as unknown as ModelFolder
}

const special = (token: string): object => ({ SpecialToken: { id: token, type_id: 0 } })
const letters = {
  version: '1.0',
  added_tokens: [],
  normalizer: null,
  pre_tokenizer: null,
  post_processor: {
    type: 'TemplateProcessing',
    single: [special('<bos>'), { Sequence: { id: 'A', type_id: 0 } }],
    pair: [],
    special_tokens: { '<bos>': { id: '<bos>', ids: [2], tokens: ['<bos>'] } },
  },
  decoder: null,
  model: {
    type: 'BPE',
    unk_token: '<unk>',
    vocab: Object.fromEntries(
      ['<pad>', '<unk>', '<bos>', ...'abcdefghijklmnopqrstuvwxyz \\0123456789'].map((token, id) => [token, id]),
    ),
    merges: [],
  },
}

const captions = (condition: TimCondition): Tensor<'f32'> => {
  if (!('y' in condition)) throw new TypeError('a text model has captions')
  return condition.y
}
const rowsOf = ({ data, shape: [, rows = 0, width = 0] }: Tensor<'f32'>): Float32Array[] =>
  Array.from({ length: rows }, (_, i) => data.slice(i * width, (i + 1) * width))

test('each prompt has its own length, the null prompt is filled to it, a longer negative prompt fills the prompt', async () => {
  const prompts = openPrompts(modelWith('lengths'), {})
  const { condition, nullCondition, notes } = await prompts.conditionsOf({ prompt: 'fox', negativePrompt: '' })
  expect(notes).toBeUndefined()
  const [fox, nothing] = [rowsOf(captions(condition)), rowsOf(captions(nullCondition))]
  expect([fox.length, nothing.length]).toEqual([4, 4])
  // BOS is the same in both; then copies of one vector.
  expect(relativeError(nothing[0] ?? [], fox[0] ?? [])).toBeLessThan(1e-5)
  expect(nothing[2]).toEqual(nothing[1])
  expect(nothing[3]).toEqual(nothing[1])
  const longer = await prompts.conditionsOf({ prompt: 'fox', negativePrompt: 'blurred' })
  const filled = rowsOf(captions(longer.condition))
  expect(filled.slice(0, 4)).toEqual(fox)
  expect(filled.slice(4)).toEqual(Array.from({ length: 4 }, () => nothing[1]))
  const alone = rowsOf(captions((await prompts.conditionsOf({ prompt: 'blurred', negativePrompt: '' })).condition))
  expect(rowsOf(captions(longer.nullCondition))).toEqual(alone)
  expect(rowsOf(captions(longer.nullCondition))).toHaveLength(8)
  await prompts.release()
})

test('words beyond the encoder’s length are named, of each prompt', async () => {
  const prompts = openPrompts(modelWith('cut'), {})
  const { condition, notes } = await prompts.conditionsOf({ prompt: 'a red fox runs away', negativePrompt: 'bad pictures here' })
  expect(captions(condition).shape[1]).toBe(MAX_TOKENS)
  expect(notes).toEqual([
    'The prompt is longer than 12 tokens: its last 2 words were left out: runs away',
    'The negative prompt is longer than 12 tokens: its last 2 words were left out: pictures here',
  ])
  await prompts.release()
})

test('a model of a closed world says when a prompt names nothing of it', async () => {
  const { folder, manifest, sha256 } = modelWith('world')
  const prompts = openPrompts({ folder, sha256, manifest: { ...manifest, world: [['fox', 'vixen'], ['owl']] } }, {})
  const notesOf = async (prompt: string): Promise<readonly string[] | undefined> =>
    (await prompts.conditionsOf({ prompt, negativePrompt: '' })).notes
  expect(await notesOf('two owls')).toBeUndefined()
  expect(await notesOf('')).toBeUndefined()
  expect(await notesOf('a castle')).toEqual([
    expect.stringMatching(/knows 2 things and found none of them in the prompt.*The full TiM/),
  ])
  await prompts.release()
})

test('a prompt that was read before opens no text encoder, and tells the same', async () => {
  const model = modelWith('kept')
  const features = join(root, 'features')
  const recipe = { prompt: 'a red fox runs away', negativePrompt: '' }
  const first = openPrompts(model, { features })
  const made = await first.conditionsOf(recipe)
  await first.release()
  rmSync(join(model.folder, 'text', 'model.safetensors'))
  const again = openPrompts(model, { features })
  expect(await again.conditionsOf(recipe)).toEqual(made)
  await expect(again.conditionsOf({ ...recipe, prompt: 'a teapot' })).rejects.toThrow('model.safetensors')
  // Another tokenizer gives other tokens.
  writeFileSync(
    join(model.folder, 'text', 'tokenizer.json'),
    `${readFileSync(join(model.folder, 'text', 'tokenizer.json'), 'utf8')} `,
  )
  await expect(openPrompts(model, { features }).conditionsOf(recipe)).rejects.toThrow('model.safetensors')
})
