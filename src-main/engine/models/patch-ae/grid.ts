import type { Builder } from '../../ir/builder'
import { mulDims, divDims, type Dim } from '../../ir/dim'
import { GraphError } from '../../ir/errors'
import type { Value } from '../../ir/value'

/** Building blocks on (B,C,H,W) grids that the autoencoder and the evaluator share. */

/** A convolution with bias that keeps the grid's size. Shape: (B,from,H,W) → (B,to,H,W). */
export function convolve(b: Builder, key: string, x: Value, to: number, kernel: 1 | 3): Value {
  const from = channelsOf(x)
  const side = kernel === 3 ? 1 : 0
  const attrs = { strides: [1, 1], pads: [side, side, side, side], dilations: [1, 1], group: 1 }
  return b.conv(x, b.param(`${key}.weight`, 'f32', [to, from, kernel, kernel]), b.param(`${key}.bias`, 'f32', [to]), attrs)
}

/** x / √(mean of x² over channels + ε): what a block reads, so that the stream's size does not matter. */
export function pixelNorm(b: Builder, x: Value): Value {
  const power = b.reduceMean(b.mul(x, x), [1], true)
  return b.div(x, b.sqrt(b.shift(power, 1e-4)))
}

export function silu(b: Builder, x: Value): Value {
  return b.mul(x, b.sigmoid(x))
}

/** x + conv1×1(silu(conv3×3(norm x))), twice as wide inside. */
export function residualBlock(b: Builder, key: string, x: Value): Value {
  const width = channelsOf(x)
  const inner = silu(b, convolve(b, `${key}.conv1`, pixelNorm(b, x), 2 * width, 3))
  return b.add(x, convolve(b, `${key}.conv2`, inner, width, 1))
}

/** (B,C·f·f,H,W) → (B,C,H·f,W·f): channel (c·f + i)·f + j goes to row i and column j of its cell. */
export function depthToSpace(b: Builder, x: Value, factor: number): Value {
  const [B = 0, C = 0, H = 0, W = 0] = x.shape
  const inner = exact(divDims(C, factor * factor))
  const cells = b.transpose(b.reshape(x, [B, inner, factor, factor, H, W]), [0, 1, 4, 2, 5, 3])
  return b.reshape(cells, [B, inner, mulDims(H, factor), mulDims(W, factor)])
}

/** The inverse of `depthToSpace`: (B,C,H·f,W·f) → (B,C·f·f,H,W). */
export function spaceToDepth(b: Builder, x: Value, factor: number): Value {
  const [B = 0, C = 0, H = 0, W = 0] = x.shape
  const rows = exact(divDims(H, factor))
  const columns = exact(divDims(W, factor))
  const cells = b.transpose(b.reshape(x, [B, C, rows, factor, columns, factor]), [0, 1, 3, 5, 2, 4])
  return b.reshape(cells, [B, mulDims(C, factor * factor), rows, columns])
}

function channelsOf(x: Value): number {
  const channels = x.shape[1]
  if (typeof channels !== 'number') throw new GraphError(`A grid's channels must be a number, got ${channels}.`)
  return channels
}

function exact(dim: Dim | undefined): Dim {
  if (dim === undefined) throw new GraphError('The factor must divide the grid.')
  return dim
}
