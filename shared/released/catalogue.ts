import type { ModelPart } from '../engine/models'

/**
 * The models that TiM's authors have published, and what each is made of: where its files lie, under which licence. Data only;
 * sizes and checksums are asked of the hub when somebody wants to download. Source: the README of github.com/WZDTHU/TiM.
 */

/** The hub that the repositories below are published on, and the only one that is ever sent a token. */
export const OFFICIAL_HUB = 'https://huggingface.co'

/** Files of one repository of the hub that belong together. */
export interface Repository {
  /** `owner/name` on the hub. */
  readonly name: string
  readonly what: string
  /** Exactly these are fetched, and nothing else. */
  readonly files: readonly string[]
  readonly licence: string
  /** The hub gives its files only to accounts that have accepted the licence on its page. */
  readonly gated: boolean
}

export interface Offer {
  readonly name: string
  readonly title: string
  readonly what: string
  readonly parts: Readonly<Partial<Record<ModelPart, Repository>>>
}

const tim = (name: string, file: string, what: string): Repository => ({
  name,
  what,
  files: [file],
  licence: 'Apache-2.0',
  gated: false,
})

const dcAe: Repository = {
  name: 'mit-han-lab/dc-ae-f32c32-sana-1.1-diffusers',
  what: 'DC-AE f32c32 (Sana 1.1), the autoencoder',
  files: ['config.json', 'diffusion_pytorch_model.safetensors'],
  licence: 'as stated on its page',
  gated: false,
}

const sdVae: Repository = {
  name: 'stabilityai/sd-vae-ft-ema',
  what: 'SD-VAE ft-EMA, the autoencoder',
  files: ['config.json', 'diffusion_pytorch_model.safetensors'],
  licence: 'MIT',
  gated: false,
}

const gemma: Repository = {
  name: 'google/gemma-3-1b-it',
  what: 'Gemma 3 1B, which reads the prompts',
  files: ['config.json', 'tokenizer.json', 'model.safetensors'],
  licence: 'Gemma Terms of Use',
  gated: true,
}

export const catalogue: readonly Offer[] = [
  {
    name: 'tim-t2i',
    title: 'TiM text to image',
    what: 'Pictures from words, 865 M parameters, up to 4096 pixels.',
    parts: {
      transformer: tim('GoodEnough/TiM-T2I', 't2i_model.bin', 'the transition model'),
      autoencoder: dcAe,
      text: gemma,
    },
  },
  {
    name: 'tim-c2i-256',
    title: 'TiM classes, 256 pixels',
    what: 'Pictures of the 1,000 classes of ImageNet, 664 M parameters.',
    parts: {
      transformer: tim('GoodEnough/TiM-C2I', 'c2i_model_256.safetensors', 'the transition model'),
      autoencoder: sdVae,
    },
  },
  {
    name: 'tim-c2i-512',
    title: 'TiM classes, 512 pixels',
    what: 'Pictures of the 1,000 classes of ImageNet, 664 M parameters.',
    parts: {
      transformer: tim('GoodEnough/TiM-C2I', 'c2i_model_512.safetensors', 'the transition model'),
      autoencoder: dcAe,
    },
  },
]

/** The offer of a name. */
export const offerNamed = (name: string): Offer | undefined => catalogue.find((offer) => offer.name === name)

/** The page of a repository, where its licence is read and accepted. */
export const pageOf = (repository: Pick<Repository, 'name'>): string => `${OFFICIAL_HUB}/${repository.name}`
