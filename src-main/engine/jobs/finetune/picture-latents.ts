import type { DatasetPicture } from '#shared/schema/dataset'
import { cropPicture } from '../../images/crop-picture'
import { toTensor } from '../../images/picture'
import { f32, type Tensor } from '../../ir/tensor'
import { openAutoencoder, type Autoencoder } from '../../models/autoencoder/open'
import type { CacheSource, DiskCache } from '../../training/data/disk-cache'
import { readForTraining } from '../../training/data/examine'
import { TrainingError } from '../../training/training-error'
import { componentFolder, type ModelFolder } from '../../weights/manifest'

/** Raised when a picture becomes another latent than before. */
const VERSION = 1

/** Which latent of a picture: the picture's own, or that of its mirror image. */
export interface Wanted {
  readonly picture: DatasetPicture
  readonly mirror: boolean
}

/**
 * Latents of pictures as the network sees them, (C,h,w), on disk by the picture's content, its crop and bucket, what shows through it, and the encoder.
 * The encoder is open only while something is missing; of the pictures one at a time is in memory.
 */
export class PictureLatents {
  private readonly encoder: string

  /** `path` tells where a picture lies. Throws TrainingError where the model has no encoder. */
  constructor(
    private readonly model: ModelFolder,
    private readonly cache: DiskCache,
    private readonly path: (file: string) => string,
    private readonly background: string,
  ) {
    const { encoder } = model.manifest.components
    if (!encoder) {
      const what = `${model.manifest.title} has no encoder, so it cannot learn from pictures.`
      throw new TrainingError('training.settings', what, 'Import the model again with its whole autoencoder.')
    }
    this.encoder = encoder.sha256
  }

  /** Makes sure that all are on disk and whole. `progress` hears how many are. Throws PictureError, FileError, the signal's reason. */
  async prepare(all: readonly Wanted[], progress: (done: number, of: number) => void, signal: AbortSignal): Promise<void> {
    let autoencoder: Autoencoder | undefined
    try {
      for (const [i, wanted] of all.entries()) {
        signal.throwIfAborted()
        const make = (): Promise<Tensor<'f32'>> => {
          autoencoder ??= openAutoencoder(componentFolder(this.model, 'encoder'))
          return this.encode(autoencoder, wanted)
        }
        await this.cache.tensor(this.source(wanted), make)
        progress(i + 1, all.length)
      }
    } finally {
      await autoencoder?.release()
    }
  }

  /** One latent, (C,h,w). Made again where its file was damaged meanwhile. */
  async read(wanted: Wanted): Promise<Tensor<'f32'>> {
    const found = this.cache.readTensor(this.source(wanted))
    if (found) return found
    await this.prepare([wanted], () => undefined, new AbortController().signal)
    return this.read(wanted)
  }

  private source({ picture, mirror }: Wanted): CacheSource {
    const { content, crop, bucket } = picture
    const { mean = 0, std = 1 } = this.model.manifest.latent
    return {
      kind: 'latent',
      version: VERSION,
      encoder: this.encoder,
      mean,
      std,
      content,
      crop,
      bucket,
      mirror,
      background: this.background,
    }
  }

  private async encode(autoencoder: Autoencoder, { picture, mirror }: Wanted): Promise<Tensor<'f32'>> {
    const whole = await readForTraining(this.path(picture.file), this.background)
    const cut = await cropPicture(whole, picture.crop, { ...picture.bucket, mirror })
    const found = await autoencoder.encode(toTensor([cut]))
    // A variational encoder's mean: its spread is far below the noise that training adds.
    const latent = found['latent'] ?? found['mean']
    if (!(latent?.data instanceof Float32Array)) throw new TypeError('an encoder gives an f32 latent')
    return standardised(f32(latent.shape.slice(1), latent.data), this.model.manifest.latent)
  }
}

/** (latent − mean)/std, each one number or one for each channel. Shape: (C,h,w). */
function standardised(latent: Tensor<'f32'>, { mean = 0, std = 1 }: ModelFolder['manifest']['latent']): Tensor<'f32'> {
  const [, height = 1, width = 1] = latent.shape
  const of = (value: number | readonly number[], channel: number): number =>
    typeof value === 'number' ? value : (value[channel] ?? 0)
  const channel = (i: number): number => Math.floor(i / (height * width))
  return f32(
    latent.shape,
    latent.data.map((value, i) => (value - of(mean, channel(i))) / of(std, channel(i))),
  )
}
