import { divDims, mulDims, type Dim } from '../ir/dim'
import { GraphError } from '../ir/errors'
import type { Value } from '../ir/value'
import type { Net } from './net'

/** Layers on pictures as grids of cells, (B,C,H,W). */

export interface ConvOptions {
  readonly to: number
  readonly kernel: number
  readonly stride?: number
  readonly group?: number
  readonly bias?: boolean
  /** Cells of zeros around: top, left, bottom, right. Default ⌊kernel/2⌋ on each side. */
  readonly pads?: readonly [number, number, number, number]
}

/** Convolution KEY.weight (O,C/g,k,k), KEY.bias (O). Shape: (B,C,H,W) → (B,O,H/s,W/s). */
export function conv(net: Net, key: string, x: Value, options: ConvOptions): Value {
  const { to, kernel, stride = 1, group = 1, bias = true } = options
  const side = Math.floor(kernel / 2)
  const weight = net.weight(`${key}.weight`, [to, channelsOf(x) / group, kernel, kernel])
  const attrs = { strides: [stride, stride], pads: options.pads ?? [side, side, side, side], dilations: [1, 1], group }
  return net.b.conv(x, weight, bias ? net.weight(`${key}.bias`, [to]) : undefined, attrs)
}

/** A linear layer over channels: torch's KEY.weight (O,C) [, KEY.bias (O)] at every cell. Shape: (B,C,H,W) → (B,O,H,W). */
export function project(net: Net, key: string, x: Value, to: number, bias = true): Value {
  const from = channelsOf(x)
  const weight = net.b.reshape(net.weight(`${key}.weight`, [to, from]), [to, from, 1, 1])
  return net.b.conv(x, weight, bias ? net.weight(`${key}.bias`, [to]) : undefined, POINTWISE)
}

/** W·x at every cell, as one product of matrices. Shape: W (O,C), x (B,C,H,W) → (B,O,H,W). */
export function mixChannels(net: Net, weight: Value, x: Value): Value {
  const [B, C, H, W] = sizesOf(x)
  const [O = 1] = weight.shape
  return net.b.reshape(net.b.matMul(weight, net.b.reshape(x, [B, C, mulDims(H, W)])), [B, O, H, W])
}

/** A 1×1 convolution KEY.weight (O,C,1,1) [, KEY.bias (O)] as a product. Shape: (B,C,H,W) → (B,O,H,W). */
export function pointwise(net: Net, key: string, x: Value, to: number, bias = true): Value {
  const from = channelsOf(x)
  const y = mixChannels(net, net.weight(`${key}.weight`, [to, from]), x)
  return bias ? net.b.add(y, net.b.reshape(net.weight(`${key}.bias`, [to]), [to, 1, 1])) : y
}

/** A convolution KEY.weight (C,1,3,3), KEY.bias (C) of each channel by itself. Shape: (B,C,H,W) → (B,C,H+pads−2,W+pads−2). */
export function depthwise(net: Net, key: string, x: Value, pads: readonly [number, number, number, number]): Value {
  const channels = channelsOf(x)
  return conv(net, key, x, { to: channels, kernel: 3, group: channels, pads })
}

/** A 1×1 convolution's attributes. */
export const POINTWISE = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1], group: 1 } as const

/** Every cell f times along both sides. Shape: (B,C,H,W) → (B,C,f·H,f·W). */
export function upsampleNearest(net: Net, x: Value, factor: number): Value {
  const [B, C, H, W] = sizesOf(x)
  const spread = net.b.expand(net.b.reshape(x, [B, C, H, 1, W, 1]), [B, C, H, factor, W, factor])
  return net.b.reshape(spread, [B, C, mulDims(H, factor), mulDims(W, factor)])
}

/** torch's pixel_shuffle: channel (c·f + i)·f + j goes to row i and column j of its cell. Shape: (B,C·f²,H,W) → (B,C,f·H,f·W). */
export function pixelShuffle(net: Net, x: Value, factor: number): Value {
  const [B, C, H, W] = sizesOf(x)
  const inner = C / factor ** 2
  const cells = net.b.transpose(net.b.reshape(x, [B, inner, factor, factor, H, W]), [0, 1, 4, 2, 5, 3])
  return net.b.reshape(cells, [B, inner, mulDims(H, factor), mulDims(W, factor)])
}

/** The inverse of `pixelShuffle`. Shape: (B,C,f·H,f·W) → (B,C·f²,H,W). */
export function pixelUnshuffle(net: Net, x: Value, factor: number): Value {
  const [B, C, H, W] = sizesOf(x)
  const rows = exact(divDims(H, factor))
  const columns = exact(divDims(W, factor))
  const cells = net.b.transpose(net.b.reshape(x, [B, C, rows, factor, columns, factor]), [0, 1, 3, 5, 2, 4])
  return net.b.reshape(cells, [B, C * factor ** 2, rows, columns])
}

/** Each channel `times` times in a row. Shape: (B,C,H,W) → (B,C·times,H,W). */
export function repeatChannels(net: Net, x: Value, times: number): Value {
  const [B, C, H, W] = sizesOf(x)
  const spread = net.b.expand(net.b.reshape(x, [B, C, 1, H, W]), [B, C, times, H, W])
  return net.b.reshape(spread, [B, C * times, H, W])
}

/** The mean of each `group` neighbouring channels. Shape: (B,C·group,H,W) → (B,C,H,W). */
export function averageChannels(net: Net, x: Value, group: number): Value {
  const [B, C, H, W] = sizesOf(x)
  return net.b.reduceMean(net.b.reshape(x, [B, C / group, group, H, W]), [2])
}

/** The number of channels, which is never symbolic. */
export function channelsOf(x: Value): number {
  return sizesOf(x)[1]
}

function sizesOf(x: Value): readonly [Dim, number, Dim, Dim] {
  const [B, C, H, W] = x.shape
  if (B === undefined || typeof C !== 'number' || H === undefined || W === undefined || x.shape.length !== 4) {
    throw new GraphError(`A grid is (B,C,H,W) with a number of channels, got (${x.shape.join(',')}).`)
  }
  return [B, C, H, W]
}

function exact(dim: Dim | undefined): Dim {
  if (dim === undefined) throw new GraphError('The factor must divide both sides of the grid.')
  return dim
}
