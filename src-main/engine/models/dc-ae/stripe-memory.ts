import { BYTES } from '../../ir/dtype'
import { WINOGRAD_SIDE } from '../../nn/winograd'
import { stagesOf, type DcAeConfig, type Stage } from './config'

/** Channels of the widest tensor of a block with attention, as a multiple of its own: the gated convolution's. */
const WIDENING = 8

/** Rows of a stripe of a stage with attention so that no tensor of it takes more than `bytes`; at least one row of Winograd's tiles. */
export function rowsOfStripe({ channels }: Stage, columns: number, bytes: number): number {
  const row = WIDENING * channels * columns * BYTES.f32
  return WINOGRAD_SIDE * Math.max(1, Math.floor(bytes / row / WINOGRAD_SIDE))
}

export function dcAeDecodeMemory(config: DcAeConfig, height: number, width: number, stripeBytes: number): number {
  return stagesOf(config, 'decoder').length + height * width + stripeBytes
}
