import { z } from 'zod'
import type { Provider } from '#shared/schema/recipe'
import { join } from 'node:path'
import { toPictures, type Picture } from '../../images/picture'
import { EngineError } from '../../ir/errors'
import { f32, type Tensor } from '../../ir/tensor'
import { decode } from '../../models/patch-ae/build'
import { PatchAeConfig } from '../../models/patch-ae/config'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { openComponent, readConfig } from '../../weights/component'
import { readAllF32 } from '../../weights/convert'
import { componentFolder, type ModelFolder } from '../../weights/manifest'
import { WeightsError } from '../../weights/weights-error'

/** The part of a model that turns latents, as its network has them, into pictures. */
export interface Decoder {
  /** Shape: (1,C,h,w) → picture. */
  decode(latent: Tensor<'f32'>): Promise<Picture>
  release(): Promise<void>
}

/** Kinds of decoders by the `model_type` of their config.json. */
const kinds: Readonly<Record<string, (folder: string, provider: Provider) => Promise<Decoder>>> = { 'patch-ae': openPatchDecoder }

/** Opens a model's decoder. Throws WeightsError for a kind that is not known. */
export async function openDecoder(model: ModelFolder, provider: Provider): Promise<Decoder> {
  const folder = componentFolder(model, 'decoder')
  const file = join(folder, 'config.json')
  const { model_type: kind } = readConfig(file, z.looseObject({ model_type: z.string() }))
  const open = kinds[kind]
  if (open === undefined) {
    throw new WeightsError(
      'weights.config',
      file,
      `describes a decoder of kind '${kind}'; known: ${Object.keys(kinds).join(', ')}`,
      'Use a model made for this version of TiM Studio.',
    )
  }
  const decoder = await open(folder, provider)
  const { mean = 0, std = 1 } = model.manifest.latent
  return { ...decoder, decode: (latent) => decoder.decode(unscaled(latent, mean, std)) }
}

async function openPatchDecoder(folder: string, provider: Provider): Promise<Decoder> {
  const { config, weights } = openComponent(folder, PatchAeConfig)
  const b = createBuilder()
  const latent = b.input('latent', 'f32', ['b', config.channels, 'h', 'w'])
  const session = await openSession(b.graph({ picture: decode(b, config, latent) }), {
    provider,
    weights: readAllF32(weights),
    weightsAs: 'initializers',
  })
  return {
    decode: async (z) => {
      const { picture } = await session.run({ latent: z })
      const [only] = picture?.dtype === 'f32' ? toPictures(picture as Tensor<'f32'>) : []
      if (only === undefined) throw new EngineError('runtime.result', 'The decoder gave no picture.', 'See `tim doctor`.')
      return only
    },
    release: () => session.release(),
  }
}

/** latent·std + mean, each one number or one per channel. Shape: (1,C,h,w). */
function unscaled(latent: Tensor<'f32'>, mean: number | readonly number[], std: number | readonly number[]): Tensor<'f32'> {
  if (mean === 0 && std === 1) return latent
  const [, channels = 1, height = 1, width = 1] = latent.shape
  const of = (value: number | readonly number[], channel: number): number =>
    typeof value === 'number' ? value : (value[channel] ?? 0)
  const area = height * width
  return f32(
    latent.shape,
    latent.data.map((x, i) => {
      const channel = Math.floor(i / area) % channels
      return x * of(std, channel) + of(mean, channel)
    }),
  )
}
