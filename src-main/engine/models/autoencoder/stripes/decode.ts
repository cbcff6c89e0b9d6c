import { freemem } from 'node:os'
import { EngineError } from '../../../ir/errors'
import { f32, type Tensor } from '../../../ir/tensor'
import { isOutOfMemory } from '../../../runtime/out-of-memory'
import { assemble } from './assemble'
import type { Sessions } from './sessions'
import type { Stream } from './stream'

/** A decoder that works in stripes. `stripeBytes`: how large the largest tensor of a stripe may be. */
export interface StripedDesign {
  /** Shape: latent (1,L,h,w) → stripes (s²,3,r,T), about [−1,1]. */
  decode(latent: Tensor<'f32'>, sessions: Sessions, stripeBytes: number): Promise<Stream>
  /** Peak bytes of the process while it decodes a picture of height × width pixels. */
  memory(height: number, width: number, stripeBytes: number): number
  /** Bytes that stay where sessions stay open for the next picture: mostly transformed filters. */
  readonly keptMemory: number
}

/** Who follows a decoding. */
export interface DecodeWatch {
  /** Hears what the artist should know. */
  readonly note?: (text: string) => void
  /** Ends the decoding between two stripes. */
  readonly signal?: AbortSignal
}

const MIB = 2 ** 20
/** Sizes of stripes, the fastest first: larger ones leave the caches, smaller ones repeat more of the work around the products. */
export const STRIPE_BYTES: readonly number[] = [16 * MIB, 4 * MIB, MIB]
/** Share of the memory that is free which a decoding may plan for: estimates err by a tenth, and other programs live too. */
const SHARE = 0.85
/** Share of it that a decoding and what it keeps for the next one may take together. */
const KEPT_SHARE = 0.4

/**
 * Decodes pictures one after the other in stripes that fit into the memory that is free; when memory runs out all the same, again
 * in smaller ones. Shape: (B,L,h,w) → (B,3,H,W). Throws EngineError, and the signal's reason.
 */
export async function decodeInStripes(
  design: StripedDesign,
  sessions: Sessions,
  latent: Tensor<'f32'>,
  watch: DecodeWatch,
): Promise<Tensor<'f32'>> {
  const [count = 1, ...shape] = latent.shape
  const size = latent.data.length / count
  const pictures: Tensor<'f32'>[] = []
  for (let i = 0; i < count; i++) {
    const one = f32([1, ...shape], latent.data.subarray(i * size, (i + 1) * size))
    pictures.push(await decodeOne(design, sessions, one, watch))
  }
  const [first] = pictures
  if (!first) throw new EngineError('autoencoder.size', 'There is nothing to decode.', 'Give at least one latent.')
  if (count === 1) return first
  const data = new Float32Array(count * first.data.length)
  pictures.forEach((picture, i) => data.set(picture.data, i * first.data.length))
  return f32([count, ...first.shape.slice(1)], data)
}

async function decodeOne(
  design: StripedDesign,
  sessions: Sessions,
  latent: Tensor<'f32'>,
  { note, signal }: DecodeWatch,
): Promise<Tensor<'f32'>> {
  const free = freemem()
  let stripeBytes = largestThatFits(design, latent, free)
  const [, , height = 1, width = 1] = latent.shape
  // Whoever decodes a second picture will decode a third.
  sessions.keeps = sessions.pictures > 0 && design.memory(height, width, stripeBytes) + design.keptMemory < KEPT_SHARE * free
  for (;;) {
    try {
      const stream = await design.decode(latent, sessions, stripeBytes)
      return await assemble(stream, () => breathe(signal))
    } catch (error) {
      const smaller = STRIPE_BYTES.find((bytes) => bytes < stripeBytes)
      if (!isOutOfMemory(error) || smaller === undefined) throw error
      note?.('There was not enough memory to decode the picture in one go: it was decoded again in smaller stripes.')
      stripeBytes = smaller
      sessions.keeps = false
    } finally {
      await sessions.rest()
    }
  }
}

function largestThatFits(design: StripedDesign, latent: Tensor<'f32'>, free: number): number {
  const [, , height = 1, width = 1] = latent.shape
  const fits = STRIPE_BYTES.find((bytes) => design.memory(height, width, bytes) < SHARE * free)
  return fits ?? STRIPE_BYTES.at(-1) ?? MIB
}

/** Lets messages in, a request to stop among them. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise(setImmediate)
  signal?.throwIfAborted()
}
