import type { RandomStream } from '../../diffusion/noise/random-stream'
import type { TimePairs } from '../../diffusion/pairs/pairs'
import type { ObjectiveBatch } from '../../diffusion/objective'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import type { TimCondition } from '../../models/tim/network-graph'
import { concepts } from './concepts'
import { LATENT_SHAPE } from './latents'
import { backgrounds, styles } from './palette'
import { featureRule, type Texts } from './texts'

/** Share of samples that lose their caption. */
const CAPTION_DROPOUT = 0.1
/** Share of pictures on white. */
const WHITE = 0.4
const TEXT_WIDTH = 384

/** Draws training batches: concept and style evenly, a background, one of the picture's captions. */
export class TimBatches {
  /** Concepts and styles in random order; every picture comes once before any comes again. */
  private queue: number[] = []

  constructor(
    private readonly latents: Tensor<'f32'>,
    private readonly texts: Texts,
  ) {}

  /** A batch with the given times. */
  draw(times: TimePairs, random: RandomStream): ObjectiveBatch<TimCondition> {
    const count = times.t.length
    const size = sizeOf(LATENT_SHAPE)
    const rows = featureRule.minTokens * TEXT_WIDTH
    const x = new Float32Array(count * size)
    const y = new Float32Array(count * rows)
    for (let i = 0; i < count; i++) {
      const picture = this.nextPicture(random)
      const background = random.uniform() < WHITE ? 0 : 1 + Math.floor(random.uniform() * (backgrounds.length - 1))
      const at = (picture * backgrounds.length + background) * size
      x.set(this.latents.data.subarray(at, at + size), i * size)
      const captions = this.texts.of(Math.floor(picture / styles.length), picture % styles.length, background)
      const caption =
        random.uniform() < CAPTION_DROPOUT ? this.texts.none : captions[Math.floor(random.uniform() * captions.length)]
      this.texts.copyFeatures(caption ?? this.texts.none, y.subarray(i * rows, (i + 1) * rows))
    }
    const shape = [count, ...LATENT_SHAPE]
    return {
      ...times,
      x: f32(shape, x),
      z: f32(shape, random.normals(count * size)),
      condition: { y: f32([count, featureRule.minTokens, TEXT_WIDTH], y) },
    }
  }

  private nextPicture(random: RandomStream): number {
    if (this.queue.length === 0) this.queue = [...random.permutation(concepts.length * styles.length)]
    return this.queue.pop() ?? 0
  }
}
