import { mulDims } from '../../ir/dim'
import type { Graph } from '../../ir/graph'
import type { Value } from '../../ir/value'
import { averageChannels, channelsOf, conv, repeatChannels } from '../../nn/grid'
import { channelRmsNorm } from '../../nn/grid-norm'
import type { Net } from '../../nn/net'
import { activate, down, stageBlock, up } from './blocks'
import { dcAeFactor, stagesOf, type DcAeConfig, type Stage } from './config'

/** Deep compression autoencoder (arXiv 2410.10733), keys verbatim as in diffusers. */

/** Shape: picture (B,3,f·h,f·w) in [−1,1] → latent (B,L,h,w), not yet scaled. */
export function encode(net: Net, config: DcAeConfig, picture: Value): Value {
  const stages = stagesOf(config, 'encoder')
  const unshuffle = config.downsample_block_type === 'pixel_unshuffle'
  const first = firstStage(stages)
  const key = 'encoder.conv_in'
  // Without layers the first stage shrinks to a downsampling convolution.
  let x =
    first.index === 0
      ? conv(net, key, picture, { to: first.channels, kernel: 3 })
      : down(net, key, picture, first.channels, { unshuffle, shortcut: false })
  for (const stage of stages) {
    const prefix = `encoder.down_blocks.${stage.index}`
    x = net.b.scope(prefix, () => layers(net, prefix, x, stage, config, 0))
    const next = stages[stage.index + 1]
    if (next && stage.layers > 0) x = down(net, `${prefix}.${stage.layers}`, x, next.channels, { unshuffle, shortcut: true })
  }
  const latent = conv(net, 'encoder.conv_out', x, { to: config.latent_channels, kernel: 3 })
  return config.encoder_out_shortcut ? net.b.add(latent, averageChannels(net, x, channelsOf(x) / config.latent_channels)) : latent
}

/** Shape: latent (B,L,h,w) → picture (B,3,f·h,f·w), about [−1,1]. */
export function decode(net: Net, config: DcAeConfig, latent: Value): Value {
  const stages = stagesOf(config, 'decoder')
  const interpolate = config.upsample_block_type === 'interpolate'
  const last = stages.at(-1)
  if (!last) throw new TypeError('there are stages')
  const entry = conv(net, 'decoder.conv_in', latent, { to: last.channels, kernel: 3 })
  const times = last.channels / config.latent_channels
  let x = config.decoder_in_shortcut ? net.b.add(entry, repeatChannels(net, latent, times)) : entry
  for (const stage of [...stages].reverse()) {
    const prefix = `decoder.up_blocks.${stage.index}`
    const climbs = stage.index < last.index && stage.layers > 0
    if (climbs) x = up(net, `${prefix}.0`, x, stage.channels, { interpolate, shortcut: true })
    x = net.b.scope(prefix, () => layers(net, prefix, x, stage, config, climbs ? 1 : 0))
  }
  const y = activate(net, config.decoder_conv_act_fn, channelRmsNorm(net, 'decoder.norm_out', x, 1e-5))
  if (firstStage(stages).index === 0) return conv(net, 'decoder.conv_out', y, { to: config.in_channels, kernel: 3 })
  return up(net, 'decoder.conv_out', y, config.in_channels, { interpolate, shortcut: false })
}

/** The first stage that has layers: the very first, or the second. */
function firstStage(stages: readonly Stage[]): Stage {
  const found = (stages[0]?.layers ?? 0) > 0 ? stages[0] : stages[1]
  if (!found) throw new TypeError('there are stages')
  return found
}

function layers(net: Net, prefix: string, x: Value, stage: Stage, config: DcAeConfig, from: number): Value {
  let y = x
  for (let i = 0; i < stage.layers; i++) y = stageBlock(net, `${prefix}.${from + i}`, y, stage, config.attention_head_dim)
  return y
}

/** Graph of the encoder: `image` → `latent`. */
export function dcAeEncoder(net: Net, config: DcAeConfig): Graph {
  const factor = dcAeFactor(config)
  const image = net.b.input('image', 'f32', ['b', config.in_channels, mulDims('h', factor), mulDims('w', factor)])
  return net.b.graph({ latent: encode(net, config, image) })
}

/** Graph of the decoder: `latent` → `image`. */
export function dcAeDecoder(net: Net, config: DcAeConfig): Graph {
  const latent = net.b.input('latent', 'f32', ['b', config.latent_channels, 'h', 'w'])
  return net.b.graph({ image: decode(net, config, latent) })
}
