import { mulDims } from '../../ir/dim'
import type { Graph } from '../../ir/graph'
import type { Value } from '../../ir/value'
import { channelsOf, conv, project, upsampleNearest } from '../../nn/grid'
import { groupNorm } from '../../nn/grid-norm'
import { silu } from '../../nn/linear'
import type { Net } from '../../nn/net'
import { sdVaeFactor, type SdVaeConfig } from './config'

/** The variational autoencoder of latent diffusion (arXiv 2112.10752), keys verbatim as in diffusers. */

export const NORM_EPSILON = 1e-6
/** Bounds of the logarithm of the variance, as released. */
const LOG_VARIANCE = { least: -30, most: 20 }

/** Shape: picture (B,3,f·h,f·w) in [−1,1] → mean and logarithm of the variance, each (B,L,h,w), not yet scaled. */
export function encode(net: Net, config: SdVaeConfig, picture: Value): { mean: Value; logvar: Value } {
  const widths = config.block_out_channels
  let x = conv(net, 'encoder.conv_in', picture, { to: widths[0] ?? 0, kernel: 3 })
  widths.forEach((to, i) => {
    const key = `encoder.down_blocks.${i}`
    for (let j = 0; j < config.layers_per_block; j++) x = residual(net, config, `${key}.resnets.${j}`, x, to)
    // Zeros at the right and lower edge only.
    if (i < widths.length - 1) x = conv(net, `${key}.downsamplers.0.conv`, x, { to, kernel: 3, stride: 2, pads: [0, 0, 1, 1] })
  })
  const y = silu(net, norm(net, config, 'encoder.conv_norm_out', middle(net, config, 'encoder.mid_block', x)))
  const moments = conv(net, 'encoder.conv_out', y, { to: 2 * config.latent_channels, kernel: 3 })
  const quantised = config.use_quant_conv
    ? conv(net, 'quant_conv', moments, { to: 2 * config.latent_channels, kernel: 1 })
    : moments
  const [mean, spread] = net.b.split(quantised, 1, [config.latent_channels, config.latent_channels])
  if (!mean || !spread) throw new TypeError('split gives two values')
  const { b } = net
  return { mean, logvar: b.min(b.max(spread, b.scalar(LOG_VARIANCE.least)), b.scalar(LOG_VARIANCE.most)) }
}

/** Shape: latent (B,L,h,w) → picture (B,3,f·h,f·w), about [−1,1]. */
export function decode(net: Net, config: SdVaeConfig, latent: Value): Value {
  const widths = [...config.block_out_channels].reverse()
  const entry = config.use_post_quant_conv
    ? conv(net, 'post_quant_conv', latent, { to: config.latent_channels, kernel: 1 })
    : latent
  let x = middle(net, config, 'decoder.mid_block', conv(net, 'decoder.conv_in', entry, { to: widths[0] ?? 0, kernel: 3 }))
  widths.forEach((to, i) => {
    const key = `decoder.up_blocks.${i}`
    for (let j = 0; j <= config.layers_per_block; j++) x = residual(net, config, `${key}.resnets.${j}`, x, to)
    if (i < widths.length - 1) x = conv(net, `${key}.upsamplers.0.conv`, upsampleNearest(net, x, 2), { to, kernel: 3 })
  })
  return conv(net, 'decoder.conv_out', silu(net, norm(net, config, 'decoder.conv_norm_out', x)), {
    to: config.out_channels,
    kernel: 3,
  })
}

function norm(net: Net, config: SdVaeConfig, key: string, x: Value): Value {
  return groupNorm(net, key, x, config.norm_num_groups, NORM_EPSILON)
}

/** shortcut(x) + conv2(silu(norm2(conv1(silu(norm1 x))))). Shape: (B,C,H,W) → (B,to,H,W). */
function residual(net: Net, config: SdVaeConfig, key: string, x: Value, to: number): Value {
  return net.b.scope(key, () => {
    const inner = conv(net, `${key}.conv1`, silu(net, norm(net, config, `${key}.norm1`, x)), { to, kernel: 3 })
    const y = conv(net, `${key}.conv2`, silu(net, norm(net, config, `${key}.norm2`, inner)), { to, kernel: 3 })
    const shortcut = channelsOf(x) === to ? x : conv(net, `${key}.conv_shortcut`, x, { to, kernel: 1 })
    return net.b.add(shortcut, y)
  })
}

function middle(net: Net, config: SdVaeConfig, key: string, x: Value): Value {
  const width = channelsOf(x)
  const before = residual(net, config, `${key}.resnets.0`, x, width)
  return residual(net, config, `${key}.resnets.1`, attention(net, config, `${key}.attentions.0`, before), width)
}

/** x + attention of one head over all cells. Shape: (B,C,H,W) → (B,C,H,W). */
function attention(net: Net, config: SdVaeConfig, key: string, x: Value): Value {
  const { b } = net
  const width = channelsOf(x)
  const [B = 1, , H = 1, W = 1] = x.shape
  const cells = mulDims(H, W)
  const y = norm(net, config, `${key}.group_norm`, x)
  const [q, k, v] = ['to_q', 'to_k', 'to_v'].map((name) => b.reshape(project(net, `${key}.${name}`, y, width), [B, width, cells]))
  if (!q || !k || !v) throw new TypeError('there are three projections')
  // Columns are cells: scores (query, key) = qᵀk/√C.
  const scores = b.softmax(b.matMul(b.transpose(b.scale(q, 1 / Math.sqrt(width)), [0, 2, 1]), k))
  const attended = b.reshape(b.matMul(v, b.transpose(scores, [0, 2, 1])), [B, width, H, W])
  return b.add(x, project(net, `${key}.to_out.0`, attended, width))
}

/** Graph of the encoder: `image` → `mean`, `logvar`. */
export function sdVaeEncoder(net: Net, config: SdVaeConfig): Graph {
  const factor = sdVaeFactor(config)
  const image = net.b.input('image', 'f32', ['b', config.in_channels, mulDims('h', factor), mulDims('w', factor)])
  return net.b.graph(encode(net, config, image))
}

/** Graph of the decoder: `latent` → `image`. */
export function sdVaeDecoder(net: Net, config: SdVaeConfig): Graph {
  const latent = net.b.input('latent', 'f32', ['b', config.latent_channels, 'h', 'w'])
  return net.b.graph({ image: decode(net, config, latent) })
}
