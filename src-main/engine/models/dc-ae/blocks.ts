import { mulDims } from '../../ir/dim'
import { f32 } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import {
  averageChannels,
  channelsOf,
  conv,
  pixelShuffle,
  pixelUnshuffle,
  POINTWISE,
  repeatChannels,
  upsampleNearest,
} from '../../nn/grid'
import { batchNorm, channelRmsNorm } from '../../nn/grid-norm'
import { silu } from '../../nn/linear'
import type { Net } from '../../nn/net'
import type { Stage } from './config'

export const NORM_EPSILON = 1e-5
/** Keeps linear attention's quotient finite where no key answers. */
export const ATTENTION_EPSILON = 1e-15

/** SiLU or ReLU. */
export function activate(net: Net, act: 'silu' | 'relu', x: Value): Value {
  return act === 'silu' ? silu(net, x) : net.b.relu(x)
}

/** The norm of a stage, over channels at each cell. */
export function normalise(net: Net, norm: Stage['norm'], key: string, x: Value): Value {
  return norm === 'rms_norm' ? channelRmsNorm(net, key, x, NORM_EPSILON) : batchNorm(net, key, x, NORM_EPSILON)
}

/** One block of a stage. Shape: (B,C,H,W) → (B,C,H,W). */
export function stageBlock(net: Net, key: string, x: Value, stage: Stage, headWidth: number): Value {
  if (stage.type === 'ResBlock') return residual(net, key, x, stage)
  return gatedConvolution(net, `${key}.conv_out`, linearAttention(net, `${key}.attn`, x, stage, headWidth))
}

/** x + norm(conv2(act(conv1 x))). */
function residual(net: Net, key: string, x: Value, { norm, act }: Stage): Value {
  const to = channelsOf(x)
  const inner = activate(net, act, conv(net, `${key}.conv1`, x, { to, kernel: 3 }))
  return net.b.add(normalise(net, norm, `${key}.norm`, conv(net, `${key}.conv2`, inner, { to, kernel: 3, bias: false })), x)
}

/** GLU between a widening and a narrowing 1×1 convolution, with a 3×3 one for each channel (EfficientViT, arXiv 2205.14756). */
function gatedConvolution(net: Net, key: string, x: Value): Value {
  const width = channelsOf(x)
  const hidden = 4 * width
  const wide = silu(net, conv(net, `${key}.conv_inverted`, x, { to: 2 * hidden, kernel: 1 }))
  const deep = conv(net, `${key}.conv_depth`, wide, { to: 2 * hidden, kernel: 3, group: 2 * hidden })
  const [value, gate] = net.b.split(deep, 1, [hidden, hidden])
  if (!value || !gate) throw new TypeError('split gives two values')
  const narrow = conv(net, `${key}.conv_point`, net.b.mul(value, silu(net, gate)), { to: width, kernel: 1, bias: false })
  return net.b.add(channelRmsNorm(net, `${key}.norm`, narrow, NORM_EPSILON), x)
}

/**
 * ReLU linear attention (EfficientViT): o = V·(Kᵀ·q) / Σ Kᵀ·q for each head, with q, k and v also taken from neighbourhoods of `scales` cells.
 * For few cells the reference multiplies in the other order, which is the same but for rounding. Shape: (B,C,H,W) → (B,C,H,W).
 */
function linearAttention(net: Net, key: string, x: Value, { norm, scales }: Stage, headWidth: number): Value {
  const { b } = net
  const width = channelsOf(x)
  const inner = Math.floor(width / headWidth) * headWidth
  const weights = ['to_q', 'to_k', 'to_v'].map((name) => net.weight(`${key}.${name}.weight`, [inner, width]))
  const qkv = b.conv(x, b.reshape(b.concat(weights, 0), [3 * inner, width, 1, 1]), undefined, POINTWISE)
  const all = b.concat(
    [qkv, ...scales.map((size, i) => neighbourhood(net, `${key}.to_qkv_multiscale.${i}`, qkv, size, headWidth))],
    1,
  )
  const [B = 1, , H = 1, W = 1] = x.shape
  const cells = mulDims(H, W)
  const heads = ((1 + scales.length) * inner) / headWidth
  const [q, k, v] = b.split(b.reshape(all, [B, heads, 3 * headWidth, cells]), 2, [headWidth, headWidth, headWidth])
  if (!q || !k || !v) throw new TypeError('split gives three values')
  // A row of ones below V gathers the denominator in the same product.
  const ones = b.expand(b.constant(f32([1, 1, 1, 1], [1])), [B, heads, 1, cells])
  const sums = b.matMul(b.matMul(b.concat([v, ones], 2), b.transpose(b.relu(k), [0, 1, 3, 2])), b.relu(q))
  const [above, below] = b.split(sums, 2, [headWidth, 1])
  if (!above || !below) throw new TypeError('split gives two values')
  const attended = b.reshape(b.div(above, b.shift(below, ATTENTION_EPSILON)), [B, heads * headWidth, H, W])
  const weight = b.reshape(net.weight(`${key}.to_out.weight`, [width, heads * headWidth]), [width, heads * headWidth, 1, 1])
  return b.add(normalise(net, norm, `${key}.norm_out`, b.conv(attended, weight, undefined, POINTWISE)), x)
}

/** q, k and v summed over a neighbourhood, then mixed within each head. Shape: (B,3D,H,W) → (B,3D,H,W). */
function neighbourhood(net: Net, key: string, qkv: Value, size: number, headWidth: number): Value {
  const width = channelsOf(qkv)
  const gathered = conv(net, `${key}.proj_in`, qkv, { to: width, kernel: size, group: width, bias: false })
  return conv(net, `${key}.proj_out`, gathered, { to: width, kernel: 1, group: width / headWidth, bias: false })
}

/** Halves the sides; the shortcut averages channels of the unshuffled picture. Shape: (B,C,2H,2W) → (B,O,H,W). */
export function down(
  net: Net,
  key: string,
  x: Value,
  to: number,
  options: { readonly unshuffle: boolean; readonly shortcut: boolean },
): Value {
  const y = options.unshuffle
    ? pixelUnshuffle(net, conv(net, `${key}.conv`, x, { to: to / 4, kernel: 3 }), 2)
    : conv(net, `${key}.conv`, x, { to, kernel: 3, stride: 2 })
  return options.shortcut ? net.b.add(y, averageChannels(net, pixelUnshuffle(net, x, 2), (channelsOf(x) * 4) / to)) : y
}

/** Doubles the sides; the shortcut repeats channels and shuffles them into place. Shape: (B,C,H,W) → (B,O,2H,2W). */
export function up(
  net: Net,
  key: string,
  x: Value,
  to: number,
  options: { readonly interpolate: boolean; readonly shortcut: boolean },
): Value {
  const y = options.interpolate
    ? conv(net, `${key}.conv`, upsampleNearest(net, x, 2), { to, kernel: 3 })
    : pixelShuffle(net, conv(net, `${key}.conv`, x, { to: to * 4, kernel: 3 }), 2)
  return options.shortcut ? net.b.add(y, pixelShuffle(net, repeatChannels(net, x, (to * 4) / channelsOf(x)), 2)) : y
}
