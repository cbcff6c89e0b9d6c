import type { ModelPart } from '#shared/engine/models'
import { ModelsError } from '../models-error'
import { checkKeys } from './check-keys'
import { dcAeDesign } from './dc-ae'
import type { Design, Recognised } from './design'
import { gemma3Design } from './gemma3'
import { openGiven, type Given, type Tensors } from './given'
import { sdVaeDesign } from './sd-vae'
import { timDesign } from './tim'

const DESIGNS: readonly Design[] = [timDesign, dcAeDesign, sdVaeDesign, gemma3Design]

/** How a person gives each part. */
const OPTION: { readonly [P in ModelPart]: string } = { transformer: '--transformer', autoencoder: '--vae', text: '--text' }
const NAMES: { readonly [P in ModelPart]: string } = {
  transformer: 'a transformer',
  autoencoder: 'an autoencoder',
  text: 'a text encoder',
}

/** Keys that published files carry beside the network: counters of batch norm, a projector without its other half, tied or unused heads. */
const SPARE =
  /(^|\.)num_batches_tracked$|^projector\.|^lm_head\.|\.rotary_emb\.inv_freq$|^model\.(vision_tower|multi_modal_projector)\./

/** A part as it was given and what it turned out to be. */
export interface RecognisedPart extends Recognised {
  readonly given: Given
}

/**
 * Tells from keys and shapes alone what a file or folder of weights is, and checks every key, shape and dtype.
 * Throws ModelsError: another part than `part`, nothing known, or what does not fit; WeightsError, FileError.
 */
export function recognise(path: string, part: ModelPart): RecognisedPart {
  const given = openGiven(path)
  for (const design of DESIGNS) {
    const found = design.find(given.source.tensors)
    if (!found) continue
    if (design.part !== part) throw wrongPart(path, design, part)
    const read = design.read(found.tensors, given)
    checkKeys(path, design.title, found.tensors, read.parameters, SPARE)
    const tensors = new Map([...found.tensors].filter(([key]) => read.parameters.has(key)))
    return { ...read, part, given, tensors, notes: [...found.notes, ...read.notes] }
  }
  throw unknown(path, part, given.source.tensors)
}

/** Which part a file of weights is, by its keys; undefined where it is no network that is known. Throws WeightsError, FileError. */
export function partOfFile(path: string): ModelPart | undefined {
  const { tensors } = openGiven(path).source
  return DESIGNS.find((design) => design.find(tensors) !== undefined)?.part
}

function wrongPart(path: string, design: Design, part: ModelPart): ModelsError {
  const what = `${path} is ${design.title}, not ${NAMES[part]}.`
  return new ModelsError('models.part', what, `Give it as ${OPTION[design.part]}, and as ${OPTION[part]} ${EXPECTED[part]}.`)
}

/** What else is known by sight, so that the message can name it. */
const STRANGERS: readonly (readonly [RegExp, string])[] = [
  [/lora_(A|B|magnitude)/, 'an adapter, not a whole network'],
  [/^(bert\.)?embeddings\.word_embeddings\.weight$/, 'a BERT text encoder'],
  [/^(text_model|encoder\.block\.0\.layer\.0\.SelfAttention)\b/, 'a CLIP or T5 text encoder'],
  [/(^|\.)self_attn\.q_proj\.weight$/, 'a language model of another family than Gemma 3'],
  [
    /(^|\.)(transformer_blocks|double_blocks|joint_blocks|input_blocks|down_blocks)\.\d+\./,
    'a diffusion network of another kind',
  ],
  [/(^|\.)blocks\.\d+\.attn\.qkv\.weight$/, 'a transformer of another kind'],
]

const EXPECTED: { readonly [P in ModelPart]: string } = {
  transformer: 'a TiM checkpoint (t2i_model.bin, c2i_model_256.safetensors, …)',
  autoencoder: 'DC-AE f32c32 (mit-han-lab/dc-ae-f32c32-sana-1.1-diffusers) or SD-VAE (stabilityai/sd-vae-ft-ema)',
  text: 'google/gemma-3-1b-it',
}

function unknown(path: string, part: ModelPart, tensors: Tensors): ModelsError {
  const keys = [...tensors.keys()]
  const stranger = STRANGERS.find(([pattern]) => keys.some((key) => pattern.test(key)))?.[1]
  const seen = keys.length === 0 ? 'it holds no tensors' : `its ${keys.length} tensors begin with ${keys.slice(0, 3).join(', ')}`
  const what = stranger ? `is ${stranger}` : `is no network that is known here: ${seen}`
  return new ModelsError('models.unknown', `${path} ${what}.`, `As ${OPTION[part]} give ${EXPECTED[part]}.`)
}
