import type { ParameterMap } from './adamw'
import { updateKernel, type UpdateConstants, type UpdateKernel } from './update-kernel'

/** Where one parameter's numbers lie for the kernel. */
export interface UpdateSlot {
  readonly first: Float32Array
  readonly second: Float32Array
  readonly average: Float32Array | undefined
  /** One update; `gradient` is as long as the weights. */
  readonly update: (gradient: Float32Array, constants: UpdateConstants) => void
}

const slots = new WeakMap<Float32Array, UpdateSlot>()

/** Gradients pass through a window of this many bytes at the start of a memory, small enough for a core's own cache. */
const WINDOW = 1 << 18
const PAGE = 1 << 16
/** A memory holds parameters up to this size together; far below the 4 GiB that 32-bit addresses reach. */
const LARGEST_MEMORY = 1 << 30

/**
 * Copies of weights in memory that the update kernel reaches, with room for their moments and, where wanted, running averages. They
 * are ordinary arrays to everybody else: feed them, fill them, save them. AdamW recognises them and updates them several times faster.
 */
export function inUpdateMemory(weights: ParameterMap, options: { readonly average: boolean }): Map<string, Float32Array> {
  const parts = options.average ? 4 : 3
  const placed = new Map<string, Float32Array>()
  for (const group of grouped(weights, parts)) {
    const total = group.reduce((sum, [, values]) => sum + parts * padded(values), WINDOW)
    const memory = new WebAssembly.Memory({ initial: Math.ceil(total / PAGE) })
    const kernel = updateKernel(memory)
    let at = WINDOW
    for (const [key, values] of group) {
      const room = place(memory, kernel, at, values.length, options.average)
      room.weights.set(values)
      slots.set(room.weights, room.slot)
      placed.set(key, room.weights)
      at += parts * padded(values)
    }
  }
  return placed
}

/** The slot of weights that lie in update memory; undefined for any other array. */
export function slotOf(weights: Float32Array): UpdateSlot | undefined {
  return slots.get(weights)
}

/** Running averages of weights, as they are now: in the weights' slots where they have some, so that one pass moves both. */
export function startAverages(weights: ParameterMap): Map<string, Float32Array> {
  return new Map(
    [...weights].map(([key, values]) => {
      const average = slotOf(values)?.average ?? new Float32Array(values.length)
      average.set(values)
      return [key, average]
    }),
  )
}

function place(
  memory: WebAssembly.Memory,
  kernel: UpdateKernel,
  base: number,
  length: number,
  withAverage: boolean,
): { readonly weights: Float32Array; readonly slot: UpdateSlot } {
  const size = padded({ length })
  const view = (part: number): Float32Array => new Float32Array(memory.buffer, base + part * size, length)
  const window = new Float32Array(memory.buffer, 0, WINDOW / 4)
  const update = (gradient: Float32Array, constants: UpdateConstants): void => {
    for (let from = 0; from < length; from += window.length) {
      const part = gradient.subarray(from, from + window.length)
      window.set(part)
      const at = base + from * 4
      const average = withAverage ? at + 3 * size : undefined
      kernel({ gradient: 0, weights: at, first: at + size, second: at + 2 * size, average, bytes: padded(part) }, constants)
    }
  }
  return { weights: view(0), slot: { first: view(1), second: view(2), average: withAverage ? view(3) : undefined, update } }
}

/** Bytes of an array, filled up to whole vectors. */
function padded({ length }: { readonly length: number }): number {
  return Math.ceil(length / 4) * 16
}

/** Parameters in the order given, in groups that fit a memory each. */
function grouped(weights: ParameterMap, parts: number): [string, Float32Array][][] {
  const groups: [string, Float32Array][][] = []
  let filled = Infinity
  for (const entry of weights) {
    const size = parts * padded(entry[1])
    if (filled + size > LARGEST_MEMORY) {
      groups.push([])
      filled = 0
    }
    groups.at(-1)?.push(entry)
    filled += size
  }
  return groups
}
