import { readPicture, resizePicture } from '../../images/read-picture'
import { toTensor } from '../../images/picture'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { encode } from '../../models/patch-ae/build'
import { PatchAeConfig } from '../../models/patch-ae/config'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { openComponent } from '../../weights/component'
import { readAllF32 } from '../../weights/convert'
import { componentFolder, type ModelFolder } from '../../weights/manifest'

/**
 * The latents of pictures, cut to squares of the model's native side. Shape: (N,C,h,w), as the network sees them.
 * Throws PictureError, FileError, WeightsError, and the signal's reason.
 */
export async function encodePictures(model: ModelFolder, files: readonly string[], signal: AbortSignal): Promise<Tensor<'f32'>> {
  const { latent, nativeSide } = model.manifest
  const side = nativeSide / latent.factor
  const shape = [files.length, latent.channels, side, side]
  const { config, weights } = openComponent(componentFolder(model, 'encoder'), PatchAeConfig)
  const b = createBuilder()
  const graph = b.graph({ latent: encode(b, config, b.input('picture', 'f32', ['b', 3, nativeSide, nativeSide])) })
  const session = await openSession(graph, { weights: readAllF32(weights) })
  const all = new Float32Array(sizeOf(shape))
  try {
    for (const [i, file] of files.entries()) {
      signal.throwIfAborted()
      const picture = await resizePicture(await readPicture(file), nativeSide, nativeSide, 'cover')
      const found = await session.run({ picture: toTensor([picture]) })
      all.set(found['latent']?.data as Float32Array, i * sizeOf(shape.slice(1)))
    }
  } finally {
    await session.release()
  }
  return f32(shape, standardised(all, latent, side * side))
}

/** (latent − mean)/std, each one number or one per channel. */
function standardised(values: Float32Array, latent: ModelFolder['manifest']['latent'], area: number): Float32Array {
  const { channels, mean = 0, std = 1 } = latent
  const of = (value: number | readonly number[], channel: number): number =>
    typeof value === 'number' ? value : (value[channel] ?? 0)
  return values.map((value, i) => {
    const channel = Math.floor(i / area) % channels
    return (value - of(mean, channel)) / of(std, channel)
  })
}
