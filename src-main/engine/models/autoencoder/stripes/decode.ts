import { freemem } from 'node:os'
import { EngineError } from '../../../ir/errors'
import { f32, type Tensor } from '../../../ir/tensor'
import { isOutOfMemory } from '../../../runtime/out-of-memory'
import { assemble } from './assemble'
import type { Sessions } from './sessions'
import { FileShelf } from './shelf'
import type { Stream } from './stream'

/** A decoder that works in stripes. `stripeBytes`: how large the largest tensor of a stripe may be. */
export interface StripedDesign {
  /** Shape: latent (1,L,h,w) → stripes (s²,3,r,T), about [−1,1]. */
  decode(latent: Tensor<'f32'>, sessions: Sessions, stripeBytes: number): Promise<Stream>
  /** Peak bytes of the process while it decodes a picture of height × width pixels; with `onDisk` those of grids in a temporary file. */
  memory(height: number, width: number, stripeBytes: number, onDisk?: boolean): number
  /** Pixels along a side of one latent cell. */
  readonly factor: number
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
/** Where a decoding would take more, its grids lie on disk, however much memory there is: other programs have a use for it. */
const MOST_BYTES = 3.5e9
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
  let plan = planFor(design, latent, free)
  // Whoever decodes a second picture will decode a third.
  sessions.keeps = sessions.pictures > 0 && plan.bytes + design.keptMemory < KEPT_SHARE * free
  for (;;) {
    try {
      if (plan.onDisk) sessions.shelf = new FileShelf(sessions.buffers)
      const stream = await design.decode(latent, sessions, plan.stripeBytes)
      return await assemble(stream, () => breathe(signal))
    } catch (error) {
      const smaller = STRIPE_BYTES.find((bytes) => bytes < plan.stripeBytes)
      if (!isOutOfMemory(error) || smaller === undefined) throw error
      note?.('There was not enough memory to decode the picture in one go: it was decoded again in smaller stripes.')
      plan = { ...plan, stripeBytes: smaller, onDisk: true }
      sessions.keeps = false
    } finally {
      await sessions.rest()
    }
  }
}

interface Plan {
  readonly stripeBytes: number
  /** Whether grids that exist whole lie in a file. */
  readonly onDisk: boolean
  /** What is foretold of it. */
  readonly bytes: number
}

/** The fastest way of decoding that fits: in memory rather than on disk, in large stripes rather than in small ones. */
function planFor(design: StripedDesign, latent: Tensor<'f32'>, free: number): Plan {
  const plans = plansOf(design, latent)
  const most = Math.min(SHARE * free, MOST_BYTES)
  const smallest = plans.at(-1) ?? { stripeBytes: MIB, onDisk: true, bytes: 0 }
  return plans.find(({ bytes }) => bytes < most) ?? smallest
}

function plansOf(design: StripedDesign, { shape: [, , height = 1, width = 1] }: Tensor<'f32'>): Plan[] {
  const [h, w] = [height * design.factor, width * design.factor]
  return [false, true].flatMap((onDisk) =>
    STRIPE_BYTES.map((stripeBytes) => ({ stripeBytes, onDisk, bytes: design.memory(h, w, stripeBytes, onDisk) })),
  )
}

/** Lets messages in, a request to stop among them. */
async function breathe(signal: AbortSignal | undefined): Promise<void> {
  await new Promise(setImmediate)
  signal?.throwIfAborted()
}
