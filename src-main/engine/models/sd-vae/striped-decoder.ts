import type { Tensor } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import { mulDims } from '../../ir/dim'
import { channelsOf, pointwise } from '../../nn/grid'
import { silu } from '../../nn/linear'
import type { Net } from '../../nn/net'
import { narrowConv, stripeConv } from '../../nn/stripe-conv'
import { fromTiles, toTiles } from '../../nn/tiles'
import { upsampleConv } from '../../nn/upsample-conv'
import { WINOGRAD_SIDE } from '../../nn/winograd'
import { known } from '../autoencoder/stripes/assemble'
import type { StripedDesign } from '../autoencoder/stripes/decode'
import { cutGrid } from '../autoencoder/stripes/grid'
import { layer } from '../autoencoder/stripes/layer'
import { measure, type Measured } from '../autoencoder/stripes/moments'
import type { Layer } from '../autoencoder/stripes/operands'
import { recut } from '../autoencoder/stripes/recut'
import type { Sessions } from '../autoencoder/stripes/sessions'
import type { Stream } from '../autoencoder/stripes/stream'
import { partition } from '../autoencoder/stripes/stripe'
import type { Known } from '../autoencoder/stripes/whole'
import { NORM_EPSILON } from './build'
import { sdVaeDecodeMemory, sdVaeKeptMemory } from './stripe-memory'
import { sdVaeFactor, type SdVaeConfig } from './config'

/** A grid is one stripe, and its layers one graph, up to so many times the bytes of a stripe: what sessions cost outweighs the caches then. */
const WHOLE = 6

/**
 * The decoder of build.ts, stripe by stripe: the same sums in another order. Group normalisation looks at the whole picture, so
 * every convolution's result exists whole, in stripes; what is between two of them does not.
 */
class StripedSdVaeDecoder {
  constructor(
    private readonly config: SdVaeConfig,
    private readonly sessions: Sessions,
    /** Bytes that the largest tensor of a stripe may take. */
    private readonly stripeBytes: number,
  ) {}

  /** The picture as a stream of stripes (1,3,r,W), about [−1,1]. Shape: latent (1,L,h,w). */
  async decode(latent: Tensor<'f32'>): Promise<Stream> {
    const { layers_per_block: blocks, out_channels: to } = this.config
    const widths = [...this.config.block_out_channels].reverse()
    let x = await this.middle('decoder.mid_block', await this.measure(this.entry(latent, widths[0] ?? 0)))
    for (const [i, width] of widths.entries()) {
      const key = `decoder.up_blocks.${i}`
      for (let j = 0; j <= blocks; j++) x = await this.residual(`${key}.resnets.${j}`, x, width)
      if (i === widths.length - 1) break
      const cells = x.grid.spend()
      await cells.settle()
      x = await this.measure(this.climb(`${key}.upsamplers.0.conv`, cells, width))
    }
    const convolve: Layer['build'] = (net, { x, edges }) => narrowConv(net, 'decoder.conv_out', x, edges, to)
    return this.normalised('decoder.conv_norm_out', x, [x.grid.spend()], 1, convolve)
  }

  private layer(inputs: Stream[], sees: number, build: Layer['build'], rest: Partial<Layer> = {}): Stream {
    return layer(this.sessions, { inputs, sees, build, ...rest })
  }

  /** Makes a stream whole; the sessions that made it are closed. */
  private async measure(stream: Stream): Promise<Measured> {
    const measured = await measure(this.sessions, stream, this.config.norm_num_groups)
    if (!stream.isWhole) await this.sessions.releaseLayers()
    return measured
  }

  private entry(latent: Tensor<'f32'>, to: number): Stream {
    const { latent_channels: channels, use_post_quant_conv: projects } = this.config
    const [, , height = 1, width = 1] = latent.shape
    const tiles = [height, width].every((cells) => cells % WINOGRAD_SIDE === 0)
    const rows = partition(height, this.rowsOfStripe(to, height, width), tiles ? WINOGRAD_SIDE : 1)
    const cut = this.tiled(cutGrid(latent, rows, 1).spend())
    const y = projects ? this.layer([cut], 0, (net, { x }) => pointwise(net, 'post_quant_conv', x, channels)) : cut
    return this.layer([y], 1, (net, { x, edges }) => stripeConv(net, 'decoder.conv_in', x, edges, to))
  }

  /** Rows of a stripe so that Winograd's transforms of it take no more memory than a stripe may; all, if they take little more. */
  private rowsOfStripe(channels: number, height: number, width: number): number {
    const row = (36 / 16) * channels * width * Float32Array.BYTES_PER_ELEMENT
    if (row * height <= WHOLE * this.stripeBytes) return height
    return WINOGRAD_SIDE * Math.max(1, Math.floor(this.stripeBytes / row / WINOGRAD_SIDE))
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

  /** A grid that becomes too large for one stripe is cut into several before it grows. */
  private climb(key: string, stream: Stream, to: number): Stream {
    const { side, channels, columns } = stream.form
    const height = stream.rows.reduce((sum, rows) => sum + rows, 0) * side
    const most = this.rowsOfStripe(channels, 2 * height, 2 * side * columns)
    const stays = most === 2 * height
    const cut =
      stream.isWhole && !stays
        ? recut(stream, partition(height / side, Math.max(1, Math.floor(most / 2 / side))), this.sessions.buffers)
        : stream
    const build: Layer['build'] = (net, { x, edges }) => upsampleConv(net, key, x, edges, to)
    return this.layer([cut], 1, build, { pieces: cut.isWhole ? 1 : 2 })
  }

  /**
   * A layer that sees its first input after group normalisation with what is known of the whole picture, and SiLU unless `plain`.
   */
  private normalised(
    key: string,
    { moments }: Measured,
    inputs: Stream[],
    sees: number,
    build: Layer['build'],
    plain = false,
  ): Stream {
    const groups = this.config.norm_num_groups
    const prepare: Layer['prepare'] = (net, x, given) => {
      const y = normalise(net, key, x, { groups, mean: given('mean'), variance: given('variance') })
      return plain ? y : silu(net, y)
    }
    return this.layer(inputs, sees, build, { prepare, given: { mean: moments.mean, variance: moments.variance } })
  }

  /** shortcut(x) + conv2(silu(norm2(conv1(silu(norm1 x))))). */
  private async residual(key: string, x: Measured, to: number): Promise<Measured> {
    const first: Layer['build'] = (net, { x, edges }) => stripeConv(net, `${key}.conv1`, x, edges, to)
    const inner = await this.measure(this.normalised(`${key}.norm1`, x, [x.grid.read()], 1, first))
    const second: Layer['build'] = (net, { x, edges, also }) => {
      const shortcut = channelsOf(also) === to ? also : pointwise(net, `${key}.conv_shortcut`, also, to)
      return net.b.add(shortcut, stripeConv(net, `${key}.conv2`, x, edges, to))
    }
    return this.measure(this.normalised(`${key}.norm2`, inner, [inner.grid.spend(), x.grid.spend()], 1, second))
  }

  private async middle(key: string, x: Measured): Promise<Measured> {
    const { channels } = x.grid.form
    const before = await this.residual(`${key}.resnets.0`, x, channels)
    return this.residual(`${key}.resnets.1`, await this.attention(`${key}.attentions.0`, before), channels)
  }

  /** x + attention of one head over all cells: keys and values exist whole, queries come in stripes. */
  private async attention(key: string, x: Measured): Promise<Measured> {
    const { channels } = x.grid.form
    const project = (name: string): Stream => {
      const build: Layer['build'] = (net, { x }) => pointwise(net, `${key}.${name}`, fromTiles(net, x), channels)
      return this.normalised(`${key}.group_norm`, x, [x.grid.read()], 0, build, true)
    }
    const given = { k: await known(project('to_k')), v: await known(project('to_v')) }
    const queries = project('to_q')
    const most = Math.max(...queries.rows) * queries.form.columns * sizeOfRow(given.k)
    const chunks = chunksOf(queries.form.columns, most / this.stripeBytes)
    const attended = this.layer(
      [queries],
      0,
      (net, { x, given }) => attend(net, { q: x, k: given('k'), v: given('v') }, chunks),
      { given },
    )
    const cells = x.grid.spend()
    return this.measure(
      this.layer([this.tiled(attended), cells], 0, (net, { x, also }) =>
        net.b.add(also, pointwise(net, `${key}.to_out.0`, x, channels)),
      ),
    )
  }
}

/** softmax(qᵀk/√C)·v for the cells of a stripe, `chunks` parts of its columns one after the other. Shape: (1,C,H,W) → (1,C,H,W). */
function attend(net: Net, { q, k, v }: { q: Value; k: Value; v: Value }, chunks: number): Value {
  const { b } = net
  const [, C = 1, H = 1, W = 1] = q.shape
  const flat = (x: Value): Value => b.reshape(x, [C, mulDims(x.shape[2] ?? 1, x.shape[3] ?? 1)])
  const part = Number(W) / chunks
  const scaled = b.scale(q, 1 / Math.sqrt(Number(C)))
  const [keys, values] = [flat(k), flat(v)]
  const parts = Array.from({ length: chunks }, (_, i) => {
    const queries = flat(b.slice(scaled, 3, i * part, (i + 1) * part))
    const weights = b.softmax(b.matMul(b.transpose(queries, [1, 0]), keys))
    return b.reshape(b.matMul(values, b.transpose(weights, [1, 0])), [1, C, H, part])
  })
  return b.concat(parts, 3)
}

/**
 * (x − mean)/√(variance + ε) of each group, times KEY.weight, plus KEY.bias: one factor and one term for each channel.
 * Shape: (s²,C,R,T) → (s²,C,R,T).
 */
function normalise(
  net: Net,
  key: string,
  x: Value,
  { groups, mean, variance }: { groups: number; mean: Value; variance: Value },
): Value {
  const { b } = net
  const channels = channelsOf(x)
  const each = (value: Value): Value =>
    b.reshape(b.expand(b.reshape(value, [groups, 1]), [groups, channels / groups]), [channels, 1, 1])
  const perChannel = (name: string): Value => b.reshape(net.weight(`${key}.${name}`, [channels]), [channels, 1, 1])
  const factor = b.div(perChannel('weight'), b.sqrt(b.shift(each(variance), NORM_EPSILON)))
  return b.add(b.mul(x, factor), b.sub(perChannel('bias'), b.mul(each(mean), factor)))
}

/** Bytes of one query's weights for all cells. */
function sizeOfRow({ shape: [, , height = 1, width = 1] }: Known): number {
  return height * width * Float32Array.BYTES_PER_ELEMENT
}

/** The smallest divisor of `columns` that is at least `least`. */
function chunksOf(columns: number, least: number): number {
  for (let chunks = 1; chunks < columns; chunks++) if (columns % chunks === 0 && chunks >= least) return chunks
  return columns
}

/** The decoder in stripes, and the memory that it takes. */
export function sdVaeStripes(config: SdVaeConfig): StripedDesign {
  return {
    factor: sdVaeFactor(config),
    decode: (latent, sessions, stripeBytes) => new StripedSdVaeDecoder(config, sessions, stripeBytes).decode(latent),
    memory: (height, width, stripeBytes, onDisk) => sdVaeDecodeMemory(config, height, width, stripeBytes, onDisk),
    keptMemory: sdVaeKeptMemory(config),
  }
}
