import type { Tensor } from '../../ir/tensor'
import { openAutoencoder } from '../../models/autoencoder/open'

/** Decodes what a network draws, to compare conversions by their pictures. */
export interface PictureMaker {
  readonly decode: (latent: Tensor<'f32'>) => Promise<Float32Array>
  release(): Promise<void>
}

/** Opens the decoder in a component's folder. scaling: what latents are multiplied by before the network sees them. Throws WeightsError, FileError. */
export function pictureMaker(folder: string, scaling: number): PictureMaker {
  const autoencoder = openAutoencoder(folder)
  return {
    decode: async (latent) => (await autoencoder.decode({ ...latent, data: latent.data.map((x) => x / scaling) })).data,
    release: () => autoencoder.release(),
  }
}
