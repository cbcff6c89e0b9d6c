import { BYTES } from '../../ir/dtype'
import type { SdVaeConfig } from './config'

/** Node and ONNX Runtime without a network, the filters and stripes of the layers that are open together, what waits for the collector. Measured. */
const BESIDE_GRIDS = 240e6

/**
 * Peak bytes of a process that decodes height × width pixels and does nothing else: of the stage whose grids take most, what
 * comes in, what is between the convolutions and what goes out of its first block, and the picture.
 */
export function sdVaeDecodeMemory(config: SdVaeConfig, height: number, width: number): number {
  const widths = config.block_out_channels
  const grids = widths.map((out, i) => ((widths[i + 1] ?? out) + 2 * out) * ((height * width) / 4 ** i))
  return BESIDE_GRIDS + (Math.max(...grids) + config.out_channels * height * width) * BYTES.f32
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
