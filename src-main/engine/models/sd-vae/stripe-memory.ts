import { BYTES } from '../../ir/dtype'
import type { SdVaeConfig } from './config'

/** Node, ONNX Runtime, the filters of the layers that are one graph or open together and what is between them. Measured. */
const BESIDE_GRIDS = 540e6
/** Stripes that are in memory at a time. */
const STRIPES = 8

/**
 * Peak bytes of a process that decodes height × width pixels and does nothing else: of the stage whose grids take most, what
 * comes in, what is between the convolutions and what goes out of its first block, and the picture.
 */
export function sdVaeDecodeMemory(
  config: SdVaeConfig,
  height: number,
  width: number,
  stripeBytes: number,
  onDisk = false,
): number {
  const widths = config.block_out_channels
  const pixels = height * width
  const grids = widths.map((out, i) => ((widths[i + 1] ?? out) + 2 * out) * (pixels / 4 ** i))
  // Keys and values of the attention in the middle exist whole all the same.
  const attention = 2 * (widths.at(-1) ?? 0) * (pixels / 4 ** (widths.length - 1)) * BYTES.f32
  const picture = config.out_channels * pixels * BYTES.f32
  const held = onDisk ? Math.max(attention, picture) : Math.max(...grids) * BYTES.f32 + picture
  return BESIDE_GRIDS + STRIPES * stripeBytes + held
}

/** Bytes of what stays for the next picture: transformed filters of the convolutions. */
export function sdVaeKeptMemory(config: SdVaeConfig): number {
  const widths = [...config.block_out_channels].reverse()
  const [widest = 0] = widths
  const stages = widths.map((to, i) => {
    const from = widths[i - 1] ?? to
    const grows = i < widths.length - 1 ? 25 * to * to : 0
    return 36 * (from * to + (2 * config.layers_per_block + 1) * to * to) + grows
  })
  return (4 * 36 * widest ** 2 + stages.reduce((sum, size) => sum + size, 0)) * BYTES.f32
}
