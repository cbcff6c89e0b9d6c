import { RandomStream } from '../diffusion/noise/random-stream'

/** Place in the data: what a checkpoint keeps of it. */
export interface DataPlace {
  readonly epoch: number
  readonly position: number
}

/**
 * The order of a data set: every item once an epoch, each epoch in its own random order, which (seed, epoch) alone decide. So the
 * place is two numbers and needs no stored permutation.
 */
export class DataOrder {
  private order: Uint32Array | undefined
  private epoch: number
  private position: number

  constructor(
    private readonly length: number,
    private readonly seed: number,
    place: DataPlace = { epoch: 0, position: 0 },
  ) {
    this.epoch = place.epoch
    this.position = place.position
  }

  /** The next `count` items; a batch may reach into the next epoch. */
  take(count: number): number[] {
    return Array.from({ length: count }, () => this.next())
  }

  get place(): DataPlace {
    return { epoch: this.epoch, position: this.position }
  }

  private next(): number {
    if (this.position === this.length) {
      this.epoch++
      this.position = 0
      this.order = undefined
    }
    this.order ??= new RandomStream(this.seed, this.epoch * EPOCH_STRIDE, LANE).permutation(this.length)
    return this.order[this.position++] ?? 0
  }
}

/** More draws than an epoch's shuffle makes, so that epochs share none. */
const EPOCH_STRIDE = 2 ** 32
/** Apart from the numbers that training itself draws under the same seed. */
const LANE = 1
