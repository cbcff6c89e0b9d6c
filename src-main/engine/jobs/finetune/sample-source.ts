import { shiftOf } from '../../diffusion/pairs/time-shift'
import type { RandomStream } from '../../diffusion/noise/random-stream'
import { f32, type Tensor } from '../../ir/tensor'
import type { TimConfig } from '../../models/tim/config'
import type { TimCondition } from '../../models/tim/network-graph'
import type { DataPlace } from '../../training/data-order'
import { BucketOrder } from '../../training/data/bucket-order'
import { keyOf } from '../../training/data/bucket'
import type { Samples, SampleSource } from '../../training/trainer'
import type { PreparedData } from './prepare-data'
import type { PreservedLatents } from './preserved'

/** How samples are drawn from prepared data. */
export interface SourceOptions {
  readonly seed: number
  readonly batch: number
  /** Shares of samples without their caption, and whether half are mirrored. */
  readonly captionDropout: number
  readonly flip: boolean
  /** Rate at which an adapter's inputs are dropped; 0 draws nothing for it. */
  readonly adapterDropout: number
  /** Whether times are shifted by the number of tokens. */
  readonly timeShift: boolean
  readonly place?: DataPlace | undefined
  /** Share of the batches that are the model's own drawings. */
  readonly preserved?: { readonly latents: PreservedLatents; readonly share: number } | undefined
}

/** One sample: its latent, what it is called where something is wrong with it, and what it says; undefined where it learns without words. */
interface Drawn {
  readonly name: string
  readonly says: string | number | undefined
  readonly latent: () => Promise<Tensor<'f32'>>
}

/** Samples of a run in batches of one size. What a sample is made of comes from disk when it is drawn: memory holds one batch. */
export class PictureSamples implements SampleSource<TimCondition> {
  private readonly order: BucketOrder

  constructor(
    private readonly data: PreparedData,
    private readonly network: TimConfig,
    private readonly options: SourceOptions,
  ) {
    const buckets = new Map<string, number[]>()
    data.report.pictures.forEach(({ bucket, repeats, heldOut }, i) => {
      if (heldOut) return
      const items = buckets.get(keyOf(bucket)) ?? []
      buckets.set(keyOf(bucket), [...items, ...Array<number>(repeats).fill(i)])
    })
    this.order = new BucketOrder([...buckets.values()], options.batch, options.seed, options.place)
  }

  get place(): Readonly<Record<string, number>> {
    return { ...this.order.place }
  }

  async draw(count: number, random: RandomStream): Promise<Samples<TimCondition>> {
    const { preserved, adapterDropout, timeShift } = this.options
    const drawn = preserved && random.uniform() < preserved.share ? this.remembered(count, random) : this.learnt(random)
    const x = stacked(await Promise.all(drawn.map(({ latent }) => latent())))
    const condition = await this.data.conditions(drawn.map(({ says }) => says))
    const dropout = { seed: Math.floor(random.uniform() * 2 ** 32), samples: drawn.map((_, i) => i) }
    const tokens = ((x.shape[2] ?? 0) * (x.shape[3] ?? 0)) / this.network.patch_size ** 2
    return {
      x,
      condition: adapterDropout > 0 ? { ...condition, dropout } : condition,
      names: drawn.map(({ name }) => name),
      ...(timeShift ? { timeShift: shiftOf(tokens, this.network) } : {}),
    }
  }

  /** The next pictures of the folder. */
  private learnt(random: RandomStream): readonly Drawn[] {
    const { flip, captionDropout, preserved } = this.options
    return this.order.next().flatMap((item) => {
      const picture = this.data.report.pictures[item]
      if (!picture) return []
      const mirror = flip && random.uniform() < 0.5
      const captions = this.data.captions(picture)
      const caption = captions.length > 1 ? captions[Math.floor(random.uniform() * captions.length)] : captions[0]
      // Where the model's own drawings come along, it is they that tell what a picture without words is.
      const isSilent = random.uniform() < captionDropout && !preserved
      const latent = (): Promise<Tensor<'f32'>> => this.data.latents.read({ picture, mirror })
      return [{ name: picture.file, says: isSilent ? undefined : (picture.classId ?? caption), latent }]
    })
  }

  /** Some of the model's own drawings. */
  private remembered(count: number, random: RandomStream): readonly Drawn[] {
    const { preserved, captionDropout } = this.options
    const all = preserved?.latents.all ?? []
    return Array.from({ length: count }, () => all[Math.floor(random.uniform() * all.length)]).flatMap((one) => {
      if (!one || !preserved) return []
      const isSilent = random.uniform() < captionDropout
      const latent = (): Promise<Tensor<'f32'>> => preserved.latents.read(one)
      return [{ name: `the model’s own “${one.prompt}”`, says: isSilent ? undefined : one.prompt, latent }]
    })
  }
}

/** B × (C,h,w) → (B,C,h,w). */
export function stacked(parts: readonly Tensor<'f32'>[]): Tensor<'f32'> {
  const size = parts[0]?.data.length ?? 0
  const all = new Float32Array(parts.length * size)
  parts.forEach(({ data }, i) => all.set(data, i * size))
  return f32([parts.length, ...(parts[0]?.shape ?? [])], all)
}
