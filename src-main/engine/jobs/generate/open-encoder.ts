import { toTensor, type Picture } from '../../images/picture'
import { EngineError } from '../../ir/errors'
import { f32, type Tensor } from '../../ir/tensor'
import { openAutoencoder } from '../../models/autoencoder/open'
import type { SessionOptions } from '../../runtime/session'
import { componentFolder, type ModelFolder } from '../../weights/manifest'

/** The part of a model that turns pictures into latents as its network has them. */
export interface Encoder {
  /** Shape: picture → (1,C,h,w). A variational encoder's mean, so that the same picture always has the same latent. */
  encode(picture: Picture): Promise<Tensor<'f32'>>
  release(): Promise<void>
}

/** Opens a model's encoder; null where it has none. Throws WeightsError or FileError naming what is missing, damaged or not known. */
export function openEncoder(model: ModelFolder, options: SessionOptions): Encoder | null {
  if (model.manifest.components.encoder === undefined) return null
  const autoencoder = openAutoencoder(componentFolder(model, 'encoder'), options)
  const { mean = 0, std = 1 } = model.manifest.latent
  return {
    encode: async (picture) => {
      const found = await autoencoder.encode(toTensor([picture]))
      const latent = found['latent'] ?? found['mean']
      if (latent?.dtype !== 'f32') throw new EngineError('runtime.result', 'The encoder gave no latent.', 'See `tim doctor`.')
      return standardised(latent as Tensor<'f32'>, mean, std)
    },
    release: () => autoencoder.release(),
  }
}

/** (latent − mean)/std, each one number or one for each channel. Shape: (1,C,h,w). */
function standardised(latent: Tensor<'f32'>, mean: number | readonly number[], std: number | readonly number[]): Tensor<'f32'> {
  const [, , height = 1, width = 1] = latent.shape
  const of = (value: number | readonly number[], channel: number): number =>
    typeof value === 'number' ? value : (value[channel] ?? 0)
  const area = height * width
  return f32(
    latent.shape,
    latent.data.map((x, i) => {
      const channel = Math.floor(i / area)
      return (x - of(mean, channel)) / of(std, channel)
    }),
  )
}
