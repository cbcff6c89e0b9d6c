import { cpSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fixturePath } from '../../../../test/support/fixtures'
import { writeDiffusersFolder, writeShardedGemma, writeTorchCheckpoint } from '../../../../test/support/published-files'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { sortGiven } from './sort-given'

/** What a person drops on the window: files and folders in any order, beside others. */
const folder = temporaryFolder()
const at = (...parts: string[]): string => join(folder, ...parts)
writeTorchCheckpoint(at('all', 'deep', 't2i_model.bin'), 'tim-t2i', 'model')
writeDiffusersFolder(at('all', 'dc-ae'), 'dc-ae')
// Published beside the other format, as many repositories do.
writeTorchCheckpoint(at('all', 'dc-ae', 'diffusion_pytorch_model.bin'), 'dc-ae')
await writeShardedGemma(at('all', 'gemma'))
writeFileSync(at('all', 'README.md'), 'words')
mkdirSync(at('tokenizer'))
cpSync(at('all', 'gemma'), at('bare'), { recursive: true })
renameSync(at('bare', 'tokenizer.json'), at('tokenizer', 'tokenizer.json'))

const sorted = (...given: string[]) => sortGiven({ kind: 'import-given', models: at('models'), keep: 'copy', given })
const transformer = at('all', 'deep', 't2i_model.bin')
const autoencoder = at('all', 'dc-ae', 'diffusion_pytorch_model.safetensors')
const text = at('all', 'gemma', 'model.safetensors.index.json')

it('finds the parts in one folder of all', () => {
  expect(sorted(at('all'))).toEqual({ kind: 'import', models: at('models'), keep: 'copy', transformer, autoencoder, text })
})

it('takes files and folders in any order, and a tokenizer from elsewhere', () => {
  const bare = at('bare', 'model.safetensors.index.json')
  expect(sorted(at('bare'), autoencoder, at('tokenizer'), at('all', 'README.md'), transformer)).toMatchObject({
    transformer,
    autoencoder,
    text: bare,
    tokenizer: at('tokenizer', 'tokenizer.json'),
  })
})

it('says which part is missing, there twice, or something else', () => {
  expect(() => sorted(at('all', 'gemma'), autoencoder)).toThrow('There is no TiM transformer')
  expect(() => sorted(at('all', 'deep'))).toThrow('There is no autoencoder (DC-AE f32c32 or SD-VAE) in deep')
  expect(() => sorted(at('all'), at('bare'))).toThrow('are both a text encoder')
  expect(() => sorted(at('all', 'gemma'))).toThrow('is a Gemma 3 text encoder, not a transformer')
  expect(() => sorted(at('nowhere'))).toThrow(/nowhere/)
  cpSync(fixturePath('dc-ae'), at('model'), { recursive: true })
  writeFileSync(at('model', 'model.json'), '{}')
  expect(() => sorted(at('model'))).toThrow('is a model of the studio')
})
