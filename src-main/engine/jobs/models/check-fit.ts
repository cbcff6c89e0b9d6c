import type { ImportTask } from '#shared/engine/models'
import type { Gemma3Config } from '../../models/gemma3/config'
import { isTextConditional, type TimConfig } from '../../models/tim/config'
import type { LatentSpace } from './manifest-of'
import { ModelsError } from './models-error'
import type { RecognisedPart } from './recognise/recognise'

/** What the parts of a model say of each other's sizes. */
export interface Fit {
  readonly tim: TimConfig
  readonly latent: LatentSpace
  readonly gemma3: Gemma3Config | undefined
}

interface Parts {
  readonly transformer: RecognisedPart
  readonly autoencoder: RecognisedPart
  readonly text: RecognisedPart | undefined
}

/** Checks that the parts belong together. Throws ModelsError naming the two that do not. */
export function checkFit({ transformer, autoencoder, text }: Parts, expected: ImportTask['expect']): Fit {
  const tim = transformer.is.design === 'tim' ? transformer.is.tim : undefined
  const latent = 'latent' in autoencoder.is ? autoencoder.is.latent : undefined
  if (!tim || !latent) throw new TypeError('each part is what it was recognised as')
  checkKind(tim, transformer.given.path, text?.given.path, expected)
  if (tim.in_channels !== latent.channels) {
    throw new ModelsError(
      'models.latent',
      `${transformer.given.path} draws latents of ${tim.in_channels} channels, but the autoencoder ${autoencoder.given.path} has ${latent.channels}.`,
      `Give the autoencoder it was trained with: ${usual(tim.in_channels)}.`,
    )
  }
  const gemma3 = text?.is.design === 'gemma3' ? text.is.gemma3 : undefined
  if (isTextConditional(tim) && gemma3 && tim.cap_feat_dim !== gemma3.hidden_size) {
    throw new ModelsError(
      'models.text',
      `${transformer.given.path} reads text features of ${tim.cap_feat_dim} numbers, but the text encoder ${text?.given.path ?? ''} gives ${gemma3.hidden_size}.`,
      'Give the text encoder it was trained with; the released model takes google/gemma-3-1b-it.',
    )
  }
  return { tim, latent, gemma3 }
}

function usual(channels: number): string {
  if (channels === 32) return 'DC-AE f32c32 of Sana 1.1 (mit-han-lab/dc-ae-f32c32-sana-1.1-diffusers)'
  return channels === 4 ? 'SD-VAE (stabilityai/sd-vae-ft-ema)' : `one of ${channels} channels`
}

function checkKind(tim: TimConfig, path: string, text: string | undefined, expected: ImportTask['expect']): void {
  const forText = isTextConditional(tim)
  if (expected === 'text' && !forText) {
    throw new ModelsError(
      'models.kind',
      `${path} draws by class (C2I, ${tim.num_classes} classes), not from text.`,
      'Give the text-to-image checkpoint (t2i_model.bin), or import this one as a class model, without --kind text and --text.',
    )
  }
  if (expected === 'class' && forText) {
    throw new ModelsError(
      'models.kind',
      `${path} draws from text (T2I), not by class.`,
      'Leave --kind class out and name a text encoder with --text.',
    )
  }
  if (forText && text === undefined) {
    throw new ModelsError(
      'models.text',
      `${path} draws from text, but no text encoder was given.`,
      'Name the folder of google/gemma-3-1b-it with --text.',
    )
  }
  if (!forText && text !== undefined) {
    throw new ModelsError(
      'models.kind',
      `${path} draws by class (C2I, ${tim.num_classes} classes) and reads no text, but a text encoder was given.`,
      'Leave --text out, or give the text-to-image checkpoint (t2i_model.bin).',
    )
  }
}
