import type { Builder } from '../../ir/builder'
import { evaluateDim } from '../../ir/dim'
import type { Shape } from '../../ir/shape'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import type { LinearLayer } from '../../nn/net'
import { philox, words } from '../../diffusion/noise/philox'

/** What decides the masks of a step: its seed, and which of the step's samples each row is, so that all passes share theirs. */
export interface DropoutDraw {
  readonly seed: number
  readonly samples: readonly number[]
}

/** The graph input that holds the mask of a layer's adapter: 0, or 1/(1 − rate). */
export function maskName(key: string): string {
  return `dropout.${key}`
}

/** x times its mask. `shapes` hears the shapes of the masks that a graph needs. Shape: (…,I) → (…,I). */
export function dropped(b: Builder, { key, x }: LinearLayer, shapes?: Map<string, Shape>): Value {
  shapes?.set(key, x.shape)
  return b.mul(x, b.input(maskName(key), 'f32', x.shape))
}

/**
 * The masks of a step by layer, (B,…,I). Each sample's numbers depend on the step's seed, the sample and the layer alone: neither on
 * the batch it stands in nor on how its network is cut into graphs. `symbols` are the sizes of the axes beside the batch.
 */
export function dropoutMasks(
  shapes: ReadonlyMap<string, Shape>,
  rate: number,
  draw: DropoutDraw,
  symbols: Readonly<Record<string, number>>,
): Record<string, Tensor<'f32'>> {
  const masks: Record<string, Tensor<'f32'>> = {}
  for (const [key, shape] of shapes) {
    const rest = shape.slice(1).map((dim) => evaluateDim(dim, symbols))
    const size = sizeOf(rest)
    const mask = new Float32Array(draw.samples.length * size)
    draw.samples.forEach((sample, row) =>
      fill(mask.subarray(row * size, (row + 1) * size), rate, [draw.seed, sample, hashOf(key)]),
    )
    masks[maskName(key)] = f32([draw.samples.length, ...rest], mask)
  }
  return masks
}

/** Fills a mask from two 16-bit numbers a word of xoshiro128+, whose state Philox gives. */
function fill(mask: Float32Array, rate: number, [seed, sample, key]: readonly [number, number, number]): void {
  const state = new Uint32Array(4)
  philox(words(seed), [sample, key, 0, DROPOUT], state)
  let [a = 0, b = 0, c = 0, d = 0] = state
  const threshold = Math.round(rate * 0x10000)
  const kept = 1 / (1 - threshold / 0x10000)
  for (let i = 0; i < mask.length; i += 2) {
    const word = (a + d) >>> 0
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = (d << 11) | (d >>> 21)
    mask[i] = (word & 0xffff) < threshold ? 0 : kept
    if (i + 1 < mask.length) mask[i + 1] = word >>> 16 < threshold ? 0 : kept
  }
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash >>> 0
}

/** Keeps these numbers apart from all others of the same seed. */
const DROPOUT = 0xfffffffe
