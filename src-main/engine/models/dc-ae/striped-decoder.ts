import type { Tensor } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import { depthwise, pointwise, repeatChannels } from '../../nn/grid'
import { channelRmsNorm } from '../../nn/grid-norm'
import { silu } from '../../nn/linear'
import type { Net } from '../../nn/net'
import { narrowConv, shuffledConv, stripeConv } from '../../nn/stripe-conv'
import { toTiles } from '../../nn/tiles'
import { upsampleConv } from '../../nn/upsample-conv'
import { WINOGRAD_SIDE } from '../../nn/winograd'
import type { StripedDesign } from '../autoencoder/stripes/decode'
import { collect, cutGrid } from '../autoencoder/stripes/grid'
import { layer } from '../autoencoder/stripes/layer'
import type { Layer } from '../autoencoder/stripes/operands'
import { recut } from '../autoencoder/stripes/recut'
import type { Sessions } from '../autoencoder/stripes/sessions'
import type { Stream } from '../autoencoder/stripes/stream'
import { partition } from '../autoencoder/stripes/stripe'
import { total } from '../autoencoder/stripes/total'
import { activate, NORM_EPSILON, normalise } from './blocks'
import { dcAeFactor, stagesOf, type DcAeConfig, type Stage } from './config'
import { attend, attentionReach, keyValueSums, projectPart, type Part } from './striped-attention'
import { dcAeDecodeMemory, dcAeKeptMemory, rowsOfStripe } from './stripe-memory'

/** A stage is one stripe, and its layers one graph, up to so many times the bytes of a stripe: what sessions cost outweighs the caches then. */
const WHOLE = 2

/**
 * The decoder of build.ts, stripe by stripe: the same sums in another order. Stages with attention exist whole, since it looks at
 * the whole picture; the convolutions after them, whose grids are the large ones, are one stream from the last of those stages to
 * the pixels.
 */
class StripedDcAeDecoder {
  constructor(
    private readonly config: DcAeConfig,
    private readonly sessions: Sessions,
    /** Bytes that the largest tensor of a stripe may take. */
    private readonly stripeBytes: number,
  ) {}

  /** The picture as a stream of stripes (s²,3,r,T), about [−1,1]. Shape: latent (1,L,h,w). */
  async decode(latent: Tensor<'f32'>): Promise<Stream> {
    const stages = stagesOf(this.config, 'decoder')
      .filter((stage) => stage.layers > 0)
      .reverse()
    let stream = this.entry(latent, stages[0]?.channels ?? 0)
    for (const [i, stage] of stages.entries()) {
      const prefix = `decoder.up_blocks.${stage.index}`
      const before = stages[i - 1]
      if (stage.type === 'ResBlock')
        stream = this.tiled(before && stream.isWhole ? this.cut(stream, before, this.stripeBytes) : stream)
      if (i > 0) stream = this.climb(`${prefix}.0`, stream, stage.channels, true)
      if (stage.type === 'EfficientViTBlock') stream = this.cut(stream, stage, WHOLE * this.stripeBytes)
      const first = i > 0 ? 1 : 0
      for (let block = first; block < first + stage.layers; block++) {
        const key = `${prefix}.${block}`
        stream = stage.type === 'ResBlock' ? this.residual(key, stream, stage) : await this.vision(key, stream, stage)
        await stream.settle()
      }
    }
    return this.exit(stream, stages.at(-1)?.index === 0)
  }

  private layer(inputs: Stream[], sees: number, build: Layer['build'], rest: Partial<Layer> = {}): Stream {
    return layer(this.sessions, { inputs, sees, build, ...rest })
  }

  private entry(latent: Tensor<'f32'>, to: number): Stream {
    const { latent_channels: channels, decoder_in_shortcut: shortcut } = this.config
    const grid = cutGrid(latent, partition(latent.shape[2] ?? 1, 8), 1)
    return this.layer([grid.spend()], 1, (net, { x, edges }) => {
      const y = stripeConv(net, 'decoder.conv_in', x, edges, to)
      return shortcut ? net.b.add(y, repeatChannels(net, x, to / channels)) : y
    })
  }

  /** Stripes as high as memory allows for what a stage with attention makes of them; one, if `whole` bytes suffice for all. */
  private cut(stream: Stream, stage: Stage, whole: number): Stream {
    const rows = stream.rows.reduce((sum, count) => sum + count, 0)
    const { columns } = stream.form
    const most = rows <= rowsOfStripe(stage, columns, whole) ? rows : rowsOfStripe(stage, columns, this.stripeBytes)
    return recut(stream, partition(rows, most, rows % WINOGRAD_SIDE === 0 ? WINOGRAD_SIDE : 1), this.sessions.buffers)
  }

  /** Winograd's tiles, where the grid can be cut into them. */
  private tiled(stream: Stream): Stream {
    const { side, columns } = stream.form
    const fits = [columns, ...stream.rows].every((cells) => cells % WINOGRAD_SIDE === 0)
    if (side > 1 || !fits) return stream
    return this.layer([stream], 0, (net, { x }) => toTiles(net, x, WINOGRAD_SIDE), {
      multiple: WINOGRAD_SIDE,
    })
  }

  private climb(key: string, stream: Stream, to: number, hasShortcut: boolean): Stream {
    const convolve = this.config.upsample_block_type === 'interpolate' ? upsampleConv : shuffledConv
    return this.layer([stream], 1, (net, { x, edges }) => convolve(net, `${key}.conv`, x, edges, to, hasShortcut), {
      pieces: stream.isWhole ? 1 : 2,
    })
  }

  /** x + norm(conv2(act(conv1 x))). */
  private residual(key: string, stream: Stream, { norm, act, channels }: Stage): Stream {
    const inner = this.layer([stream], 1, (net, { x, edges }) =>
      activate(net, act, stripeConv(net, `${key}.conv1`, x, edges, channels)),
    )
    return this.layer([inner, stream], 1, (net, { x, edges, also }) => {
      const y = stripeConv(net, `${key}.conv2`, x, edges, channels, false)
      return net.b.add(normalise(net, norm, `${key}.norm`, y), also)
    })
  }

  /** Linear attention, then the gated convolution (EfficientViT). */
  private async vision(key: string, stream: Stream, stage: Stage): Promise<Stream> {
    const [name, headWidth, sees] = [`${key}.attn`, this.config.attention_head_dim, attentionReach(stage)]
    const project = (from: Stream, part: Part): Stream =>
      this.layer([from], 0, (net, { x }) => projectPart(net, name, x, part, headWidth))
    const grid = await collect(stream, this.sessions)
    if (!stream.isWhole) await this.sessions.releaseLayers()
    const sums = await total(this.sessions, {
      inputs: [project(grid.read(), 'key and value')],
      sees,
      build: (net, { x, edges }) => keyValueSums(net, name, x, edges, stage, headWidth),
    })
    const cells = grid.spend()
    const build: Layer['build'] = (net, { x, edges, also, given }) =>
      attend(net, name, { projected: x, x: also, edges, sums: given('sums') }, stage, headWidth)
    return this.gated(`${key}.conv_out`, this.layer([project(cells, 'query'), cells], sees, build, { given: { sums } }))
  }

  /** x + norm of a GLU between a widening and a narrowing 1×1 convolution, with a 3×3 one for each channel. */
  private gated(key: string, stream: Stream): Stream {
    const { channels } = stream.form
    const hidden = 4 * channels
    const wide = this.layer([stream], 0, (net, { x }) => silu(net, pointwise(net, `${key}.conv_inverted`, x, 2 * hidden)))
    return this.layer([wide, stream], 1, (net, { x, edges, also }) => {
      const deep = depthwise(net, `${key}.conv_depth`, net.b.concat([edges.above, x, edges.below], 2), [0, 1, 0, 1])
      const [value, gate] = net.b.split(deep, 1, [hidden, hidden])
      if (!value || !gate) throw new TypeError('split gives two values')
      const narrow = pointwise(net, `${key}.conv_point`, net.b.mul(value, silu(net, gate)), channels, false)
      return net.b.add(channelRmsNorm(net, `${key}.norm`, narrow, NORM_EPSILON), also)
    })
  }

  private exit(stream: Stream, full: boolean): Stream {
    const { decoder_conv_act_fn: act, in_channels: to } = this.config
    const norm = (net: Net, x: Value): Value => activate(net, act, channelRmsNorm(net, 'decoder.norm_out', x, NORM_EPSILON))
    if (!full)
      return this.climb(
        'decoder.conv_out',
        this.layer([stream], 0, (net, { x }) => norm(net, x)),
        to,
        false,
      )
    return this.layer([stream], 1, (net, { x, edges }) => narrowConv(net, 'decoder.conv_out', x, edges, to), { prepare: norm })
  }
}

/** The decoder in stripes, and the memory that it takes. */
export function dcAeStripes(config: DcAeConfig): StripedDesign {
  return {
    factor: dcAeFactor(config),
    decode: (latent, sessions, stripeBytes) => new StripedDcAeDecoder(config, sessions, stripeBytes).decode(latent),
    memory: (height, width, stripeBytes, onDisk) => dcAeDecodeMemory(config, height, width, stripeBytes, onDisk),
    keptMemory: dcAeKeptMemory(config),
  }
}
