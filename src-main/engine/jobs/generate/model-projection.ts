import { join } from 'node:path'
import { z } from 'zod'
import { writeFileAtomically } from '../../files/atomic-write'
import type { Picture } from '../../images/picture'
import { fitProjection, type Projection } from '../../images/projection'
import type { Tensor } from '../../ir/tensor'
import { readConfig } from '../../weights/component'
import type { ModelFolder } from '../../weights/manifest'
import { colourFields } from './colour-fields'
import { openEncoder } from './open-encoder'

const FILE = 'projection.json'

/** Pictures that it is fitted to, and about how long their sides are: a multiple of the latent's factor. */
const PICTURES = 6
const SIDE = 256

/** Pixels along a side of a latent's cell. */
const DETAIL = 4

/** Of a weight in the file: a colour has 256 levels. */
const DIGITS = 5

const Stored = z.object({
  format: z.literal('tim-projection/1'),
  /** The encoder that it was fitted with: another one's latents mean other colours. */
  encoder: z.string(),
  channels: z.number().int().min(1).max(4096),
  detail: z.number().int().min(1).max(64),
  weights: z.array(z.number()).max(4097 * 64 * 64 * 3),
})

type Encode = (picture: Picture) => Promise<Tensor<'f32'>>

/**
 * The projection of a model's latents into colours: the one in its folder, or one fitted now with `encode` and kept there. Where the folder
 * cannot be written it is fitted again at the next start. Throws what `encode` throws.
 */
export async function modelProjection(model: ModelFolder, encode: Encode): Promise<Projection> {
  const { channels, factor } = model.manifest.latent
  const encoder = model.manifest.components.encoder?.sha256 ?? ''
  const file = join(model.folder, FILE)
  const stored = read(file, encoder)
  if (stored?.channels === channels && stored.weights.length === (channels + 1) * stored.detail ** 2 * 3) return stored
  const pairs = []
  for (const seen of colourFields(PICTURES, Math.max(1, Math.round(SIDE / factor)) * factor)) {
    pairs.push({ picture: seen, latent: await encode(seen) })
  }
  const detail = factor % DETAIL === 0 ? DETAIL : 1
  const fitted = fitProjection(pairs, detail)
  const weights = [...fitted.weights].map((weight) => Number(weight.toPrecision(DIGITS)))
  const text = JSON.stringify({ format: 'tim-projection/1', encoder, channels, detail, weights })
  await writeFileAtomically(file, `${text}\n`).catch(() => undefined)
  return { channels, detail, weights: Float32Array.from(weights) }
}

/** Fits a model's projection and keeps it in its folder, where it has an encoder to fit it with. Throws WeightsError, FileError. */
export async function keepProjection(model: ModelFolder): Promise<void> {
  const encoder = openEncoder(model, {})
  if (encoder === null) return
  try {
    await modelProjection(model, (seen) => encoder.encode(seen))
  } finally {
    await encoder.release()
  }
}

function read(file: string, encoder: string): Projection | undefined {
  try {
    const { encoder: fittedWith, channels, detail, weights } = readConfig(file, Stored)
    return fittedWith === encoder ? { channels, detail, weights: Float32Array.from(weights) } : undefined
  } catch {
    // There is none yet, or it is damaged: it is fitted anew.
    return undefined
  }
}
