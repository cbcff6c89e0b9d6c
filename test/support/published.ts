import { readFileSync } from 'node:fs'
import type { ServedRepository } from './hub-server'
import { fixturePath } from './fixtures'
import { tinyGemmaTokenizer } from './tiny-gemma-tokenizer'

/** The repositories of the released models as they were published, but with small networks in them. */
export function publishedRepositories(gatedTo?: string): Record<string, ServedRepository> {
  const weights = (fixture: string): Uint8Array => readFileSync(fixturePath(`${fixture}/model.safetensors`))
  const config = (fixture: string): Uint8Array => readFileSync(fixturePath(`${fixture}/config.json`))
  const autoencoder = (fixture: string): ServedRepository => ({
    files: { 'config.json': config(fixture), 'diffusion_pytorch_model.safetensors': weights(fixture) },
  })
  return {
    'GoodEnough/TiM-T2I': {
      files: { 'README.md': Buffer.from('#'), 't2i_model.bin': weights('tim-t2i') },
      licence: 'apache-2.0',
    },
    'mit-han-lab/dc-ae-f32c32-sana-1.1-diffusers': autoencoder('dc-ae'),
    'stabilityai/sd-vae-ft-ema': autoencoder('sd-vae'),
    'google/gemma-3-1b-it': {
      files: {
        'config.json': config('gemma3'),
        'tokenizer.json': Buffer.from(JSON.stringify(tinyGemmaTokenizer())),
        'model.safetensors': weights('gemma3'),
      },
      licence: 'gemma',
      ...(gatedTo === undefined ? {} : { gatedTo }),
    },
  }
}
