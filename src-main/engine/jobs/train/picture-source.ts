import type { RandomStream } from '../../diffusion/noise/random-stream'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import type { TimCondition } from '../../models/tim/network-graph'
import { DataOrder, type DataPlace } from '../../training/data-order'
import type { Samples, SampleSource } from '../../training/trainer'
import type { ConditionTable } from './conditions'

/** Samples from latents in memory: every picture once an epoch, some without their caption. */
export class PictureSource implements SampleSource<TimCondition> {
  private readonly order: DataOrder

  constructor(
    private readonly latents: Tensor<'f32'>,
    private readonly conditions: ConditionTable,
    private readonly options: { readonly seed: number; readonly dropout: number; readonly place?: DataPlace },
  ) {
    this.order = new DataOrder(latents.shape[0] ?? 0, options.seed, options.place)
  }

  get place(): Readonly<Record<string, number>> {
    return { ...this.order.place }
  }

  draw(count: number, random: RandomStream): Promise<Samples<TimCondition>> {
    const rows = this.order.take(count)
    const [, ...shape] = this.latents.shape
    const size = sizeOf(shape)
    const x = new Float32Array(count * size)
    rows.forEach((row, i) => x.set(this.latents.data.subarray(row * size, (row + 1) * size), i * size))
    const shown = rows.map((row) => (random.uniform() < this.options.dropout ? -1 : row))
    const condition = this.conditions.batch(shown)
    return Promise.resolve({ x: f32([count, ...shape], x), condition })
  }
}
