import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { probe } from './probe'

const folder = temporaryFolder()
const frame = { Sequence: { id: 'A', type_id: 0 } }
const bos = { SpecialToken: { id: '<s>', type_id: 0 } }
writeFileSync(
  join(folder, 'tokenizer.json'),
  JSON.stringify({
    version: '1.0',
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: {
      type: 'TemplateProcessing',
      single: [bos, frame],
      pair: [bos, frame],
      special_tokens: { '<s>': { id: '<s>', ids: [7], tokens: ['<s>'] } },
    },
    decoder: null,
    model: { type: 'BPE', unk_token: '?', vocab: { '?': 0, a: 1, '\\': 2, n: 3, '<s>': 7 }, merges: [] },
  }),
)

describe('probe tokenizer', () => {
  it('answers ids after unicode-escape, with BOS', async () => {
    const options = JSON.stringify({ prompts: ['', 'a\n', '\\'] })
    expect(await probe({ component: 'tokenizer', model: folder, options })).toEqual({ ids: [[7], [7, 1, 2, 3], [7, 2, 2]] })
  })

  it.each([
    ['no folder', { options: '{"prompts":["a"]}' }, '--model'],
    ['a folder without tokenizer', { model: join(folder, 'absent'), options: '{"prompts":["a"]}' }, 'does not exist'],
    ['no prompts', { model: folder }, 'prompts'],
    ['prompts that are no list', { model: folder, options: '{"prompts":"a"}' }, 'prompts'],
    ['an unknown option', { model: folder, options: '{"prompts":[],"cut":1}' }, "'cut'"],
    ['a file of tensors', { model: folder, options: '{"prompts":[]}', in: 'x' }, '--in'],
  ])('says what is wrong: %s', async (_what, call, why) => {
    await expect(probe({ component: 'tokenizer', ...call })).rejects.toThrow(why)
  })
})
