import { BYTES } from '../../ir/dtype'
import { WINOGRAD_SIDE } from '../../nn/winograd'
import { stagesOf, type DcAeConfig, type Stage } from './config'

/** Channels of the widest tensor of a block with attention, as a multiple of its own: the gated convolution's. */
const WIDENING = 8
/** Node, ONNX Runtime with the sessions that are open together, and edges of stripes. Measured, as what follows. */
const PROCESS = 195e6
/** Stripes that a layer's reader keeps: the one it works on and those next to it. */
const WINDOW = 3
/**
 * Results wait for the garbage collector: up to this share of what is in use, reached where a picture has enough stripes for any to
 * wait, between these two sizes in pixels.
 */
const WAITING = { share: 0.85, from: 0.26e6, to: 0.66e6 }

/** Rows of a stripe of a stage with attention so that no tensor of it takes more than `bytes`; at least one row of Winograd's tiles. */
export function rowsOfStripe({ channels }: Stage, columns: number, bytes: number): number {
  const row = WIDENING * channels * columns * BYTES.f32
  return WINOGRAD_SIDE * Math.max(1, Math.floor(bytes / row / WINOGRAD_SIDE))
}

/**
 * Peak bytes (PSS) of a process that decodes height × width pixels and does nothing else. The peak comes in the convolutions after
 * the last attention: their transformed filters, the grid they start from, a window of stripes for each, and the picture.
 */
export function dcAeDecodeMemory(config: DcAeConfig, height: number, width: number, stripeBytes: number, onDisk = false): number {
  const stages = stagesOf(config, 'decoder').filter((stage) => stage.layers > 0)
  const source = [...stages].find((stage) => stage.type === 'EfficientViTBlock') ?? stages.at(-1)
  if (!source) return PROCESS
  const convolving = stages.filter((stage) => stage.index < source.index)
  const cells = (stage: Stage): number => (height * width) / 4 ** stage.index
  const rows = rowsOfStripe(source, width / 2 ** source.index, stripeBytes)
  const stripes = convolving.map(({ channels, index, layers }) => (2 * layers + 1) * channels * rows * (width / 2 ** index))
  const filters = convolving.map((stage) => {
    const above = stages.find(({ index }) => index > stage.index)?.channels ?? 0
    return 2 * stage.layers * 36 * stage.channels ** 2 + 25 * above * stage.channels
  })
  const pixels = height * width
  const window = WINDOW * sum(stripes) * BYTES.f32
  const waiting = WAITING.share * Math.min(1, Math.max(0, (pixels - WAITING.from) / (WAITING.to - WAITING.from)))
  const whole = (onDisk ? 0 : source.channels * cells(source)) + config.in_channels * pixels
  return PROCESS + (sum(filters) + whole) * BYTES.f32 + window * (1 + waiting)
}

/** Bytes of what stays for the next picture: transformed filters of the convolutions, and the rows of projections that each pass reads. */
export function dcAeKeptMemory(config: DcAeConfig): number {
  const stages = stagesOf(config, 'decoder').filter((stage) => stage.layers > 0)
  const each = stages.map(({ type, channels, layers, index }) => {
    const above = stages.find((stage) => stage.index > index)?.channels ?? 0
    if (type === 'EfficientViTBlock') return (3 * layers * channels + 9 * above) * channels
    return (2 * layers * 36 * channels + 25 * above) * channels
  })
  return sum(each) * BYTES.f32
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
