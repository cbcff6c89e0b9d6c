import { f32, sizeOf, type Tensor } from '../../../ir/tensor'

/**
 * Memory of stripes that nobody reads any more, for those to come: waiting for the garbage collector it would be as much again, and
 * new memory costs time at its first use.
 */
export class Buffers {
  private free = new Map<number, Float32Array[]>()
  /** What was free before the last `age`. */
  private idle = new Map<number, Float32Array[]>()

  /** A tensor of a shape, its numbers undefined. */
  take(shape: readonly number[]): Tensor<'f32'> {
    const size = sizeOf(shape)
    return f32(shape, this.free.get(size)?.pop() ?? this.idle.get(size)?.pop() ?? new Float32Array(size))
  }

  /** Nobody reads it any more. */
  give({ data }: Tensor<'f32'>): void {
    const known = this.free.get(data.length)
    if (known) known.push(data)
    else this.free.set(data.length, [data])
  }

  /** Other layers come: what was not taken again since the last call is given up. */
  age(): void {
    this.idle = this.free
    this.free = new Map()
  }

  clear(): void {
    this.age()
    this.age()
  }
}
