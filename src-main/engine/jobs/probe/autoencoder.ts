import { z } from 'zod'
import { openAutoencoder } from '../../models/autoencoder/open'
import { defineComponent } from './component'

/** A picture in [−1,1] to its latent, or to mean and logarithm of the variance. Latents are not scaled. */
export const encoder = defineComponent({
  summary: 'image → latent, or mean and logvar',
  needs: { model: true, input: true, output: true, adapter: 'no' },
  options: z.object({}),
  run: async ({ inputs, model, provider }) => {
    const autoencoder = openAutoencoder(model, { provider })
    const image = inputs.take('image', 'f32', ['B', 3, 'H', 'W'])
    inputs.finish()
    try {
      return { tensors: await autoencoder.encode(image) }
    } finally {
      await autoencoder.release()
    }
  },
})

/** A latent, not scaled, to its picture. */
export const decoder = defineComponent({
  summary: 'latent → image',
  needs: { model: true, input: true, output: true, adapter: 'no' },
  options: z.object({}),
  run: async ({ inputs, model, provider }) => {
    const autoencoder = openAutoencoder(model, { provider })
    const latent = inputs.take('latent', 'f32', ['B', autoencoder.latentChannels, 'H', 'W'])
    inputs.finish()
    try {
      return { tensors: { image: await autoencoder.decode(latent) } }
    } finally {
      await autoencoder.release()
    }
  },
})
