import { join } from 'node:path'
import { z } from 'zod'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { WeightsError } from '../../weights/weights-error'

const FILE = 'latents.safetensors'

/** What the latents show: every thing in every style on every background, backgrounds fastest. */
export const SetIndex = z.object({
  /** Checksum of the encoder that the latents are from. */
  encoder: z.string(),
  /** Things by their number in the embedded model's world, which is how the evaluator knows them. */
  things: z.array(z.object({ concept: z.int().min(0), name: z.string() })).min(1),
  styles: z.array(z.string()).min(1),
  /** sRGB 0 … 255. */
  backgrounds: z.array(z.object({ name: z.string(), rgb: z.tuple([z.number(), z.number(), z.number()]) })).min(1),
  /** Captions of some of them. */
  prompts: z.array(z.object({ text: z.string(), thing: z.int(), style: z.int(), background: z.int() })).min(1),
})
export type SetIndex = z.infer<typeof SetIndex>

/** A caption, and what its picture shows: places in the set's lists. */
export type SetPrompt = SetIndex['prompts'][number]

/** The latents that the lab works with where it is given no pictures. */
export interface LatentSet extends SetIndex {
  /** (channels, h, w). */
  readonly shape: readonly [number, number, number]
  readonly count: number
  /** Latent of a thing in a style on a background, (channels·h·w). */
  latent(thing: number, style: number, background: number): Float32Array
}

/** Opens the set in a folder. Throws FileError, WeightsError. */
export function openLatentSet(folder: string): LatentSet {
  const path = join(folder, FILE)
  const file = openSafetensors(path)
  const index = SetIndex.safeParse(parsed(file.metadata['index']))
  if (!index.success || !file.tensors.has('latents') || !file.tensors.has('scale'))
    throw new WeightsError('weights.header', path, 'is no set of latents', 'Install the studio again.')
  const latents = file.read('latents') as Tensor<'i8'>
  const scale = (file.read('scale') as Tensor<'f32'>).data
  const [count = 0, channels = 0, height = 0, width = 0] = latents.shape
  const size = sizeOf([channels, height, width])
  const { styles, backgrounds } = index.data
  return {
    ...index.data,
    shape: [channels, height, width],
    count,
    latent(thing, style, background) {
      const at = ((thing * styles.length + style) * backgrounds.length + background) * size
      const cells = height * width
      return Float32Array.from({ length: size }, (_, i) => (latents.data[at + i] ?? 0) * (scale[Math.floor(i / cells)] ?? 0))
    },
  }
}

/** Writes a set: each channel in 256 steps of its own. Returns the root mean square of the error, as a share of that of the latents. Throws FileError. */
export async function writeLatentSet(folder: string, index: SetIndex, latents: Tensor<'f32'>): Promise<number> {
  const [count = 0, channels = 0, height = 0, width = 0] = latents.shape
  const cells = height * width
  const channelOf = (i: number): number => Math.floor(i / cells) % channels
  const largest = new Float32Array(channels)
  latents.data.forEach((x, i) => (largest[channelOf(i)] = Math.max(largest[channelOf(i)] ?? 0, Math.abs(x))))
  const scale = largest.map((most) => most / 127)
  const steps = Int8Array.from(latents.data, (x, i) => Math.round(x / (scale[channelOf(i)] || 1)))
  let [error, square] = [0, 0]
  latents.data.forEach((x, i) => {
    error += (x - (steps[i] ?? 0) * (scale[channelOf(i)] ?? 0)) ** 2
    square += x * x
  })
  const tensors = {
    latents: { dtype: 'i8' as const, shape: [count, channels, height, width], data: steps },
    scale: f32([channels], scale),
  }
  await writeSafetensors(join(folder, FILE), tensors, { metadata: { index: JSON.stringify(index) } })
  return Math.sqrt(error / square)
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
