import { toPictures, type Picture } from '../../images/picture'
import { EngineError } from '../../ir/errors'
import { f32, type Tensor } from '../../ir/tensor'
import { openAutoencoder } from '../../models/autoencoder/open'
import type { DecodeWatch } from '../../models/autoencoder/stripes/decode'
import type { SessionOptions } from '../../runtime/session'
import { componentFolder, type ModelFolder } from '../../weights/manifest'

/** The part of a model that turns latents, as its network has them, into pictures. */
export interface Decoder {
  /** Shape: (1,C,h,w) → picture. */
  decode(latent: Tensor<'f32'>, watch?: DecodeWatch): Promise<Picture>
  /** Bytes at the peak of a process that decodes a picture of height × width pixels and no more. */
  memory(height: number, width: number): number
  release(): Promise<void>
}

/** Opens a model's decoder. Throws WeightsError or FileError naming what is missing, damaged or not known. */
export function openDecoder(model: ModelFolder, options: SessionOptions): Decoder {
  const autoencoder = openAutoencoder(componentFolder(model, 'decoder'), options)
  const { mean = 0, std = 1 } = model.manifest.latent
  return {
    decode: async (latent, watch) => {
      const [only] = toPictures(await autoencoder.decode(unscaled(latent, mean, std), watch))
      if (only === undefined) throw new EngineError('runtime.result', 'The decoder gave no picture.', 'See `tim doctor`.')
      return only
    },
    memory: (height, width) => autoencoder.decodeMemory(height, width),
    release: () => autoencoder.release(),
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
