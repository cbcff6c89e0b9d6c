import { RandomStream } from '../../diffusion/noise/random-stream'
import type { DataPlace } from '../data-order'

/** Samples of one size: items by number, one for each time they come in an epoch. */
export type Bucket = readonly number[]

/**
 * The order of samples in batches of one size. In each epoch every item of every bucket comes as often as the bucket names it; items are
 * shuffled in their bucket, then the batches among each other. A bucket's last batch may be smaller. (seed, epoch) alone decide, so that the place
 * in the data is two numbers.
 */
export class BucketOrder {
  private batches: readonly Bucket[] | undefined
  private epoch: number
  private position: number

  /** Throws RangeError where there is no item. */
  constructor(
    private readonly buckets: readonly Bucket[],
    private readonly batch: number,
    private readonly seed: number,
    place: DataPlace = { epoch: 0, position: 0 },
  ) {
    if (!buckets.some((bucket) => bucket.length > 0)) throw new RangeError('an order needs at least one item')
    this.epoch = place.epoch
    this.position = place.position
  }

  /** The next batch: at least one item, all of one bucket. */
  next(): Bucket {
    this.batches ??= this.shuffled()
    if (this.position >= this.batches.length) {
      this.epoch++
      this.position = 0
      this.batches = this.shuffled()
    }
    return this.batches[this.position++] ?? []
  }

  get place(): DataPlace {
    return { epoch: this.epoch, position: this.position }
  }

  private shuffled(): readonly Bucket[] {
    const random = new RandomStream(this.seed, this.epoch * EPOCH_STRIDE, LANE)
    const batches = this.buckets.flatMap((bucket) => {
      const items = Array.from(random.permutation(bucket.length), (i) => bucket[i] ?? 0)
      const count = Math.ceil(items.length / this.batch)
      return Array.from({ length: count }, (_, i) => items.slice(i * this.batch, (i + 1) * this.batch))
    })
    return Array.from(random.permutation(batches.length), (i) => batches[i] ?? [])
  }
}

/** More draws than an epoch's shuffles make, so that epochs share none. */
const EPOCH_STRIDE = 2 ** 32
/** Apart from the numbers that training itself draws under the same seed, and from `DataOrder`'s. */
const LANE = 2
