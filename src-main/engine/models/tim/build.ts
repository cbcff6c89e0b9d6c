import type { Dim } from '../../ir/dim'
import type { Value } from '../../ir/value'
import type { RotaryTables } from '../../nn/attention'
import { linear, silu, swiGlu } from '../../nn/linear'
import { modulate, plainLayerNorm } from '../../nn/norm'
import type { Net } from '../../nn/net'
import { block, captionKeysValues, conditionBlock, type BlockConditioning, type CaptionKeysValues, type Middle } from './block'
import { headWidth, isTextConditional, tokenWidth, type TimConfig } from './config'
import { embedCaption, embedClass, embedPatches, embedTimes, type TimeFeatures } from './embed'

/** What depends on (t, r) and, class-conditional, on the class: once per step, not per picture. */
export interface Conditioning {
  readonly blocks: readonly BlockConditioning[]
  /** shift and scale of the final layer, (B,1,2D). */
  readonly final: Value
}

/** Symbols of the graph's axes: pictures b, tokens n, caption tokens m. */
export const BATCH: Dim = 'b'
export const TOKENS: Dim = 'n'
export const CAPTION: Dim = 'm'

/** Keys of the blocks in order. */
export function blockKeys(config: TimConfig): string[] {
  return Array.from({ length: config.depth }, (_, i) => `blocks.${i}`)
}

/** Conditioning from the sinusoids (B,256) and, class-conditional, class ids (B); of some blocks alone where `keys` names them. */
export function conditioning(
  net: Net,
  config: TimConfig,
  times: TimeFeatures,
  classes?: Value,
  middle: Middle = {},
  keys: readonly string[] = blockKeys(config),
): Conditioning {
  const { b } = net
  const width = config.hidden_size
  const row = (x: Value): Value => b.reshape(x, [x.shape[0] ?? 1, 1, width])
  const embedded = embedTimes(net, config, times)
  const delta = row(embedded.delta)
  const time = b.add(row(embedded.t), delta)
  middle['t_embedder'] = embedded.t
  middle['delta_embedder'] = embedded.delta
  const named = classes ? embedClass(net, config, classes) : undefined
  if (named) middle['y_embedder'] = named
  const c = named ? b.add(time, row(named)) : time
  return {
    blocks: keys.map((key) => b.scope(key, () => conditionBlock(net, config, key, c, delta))),
    final: swiGlu(net, 'final_layer.adaLN_modulation', c, { in: width, hidden: Math.floor(width / 2), out: 2 * width }),
  }
}

/** Keys and values of all blocks (or those of `keys`) from caption features: once per prompt. Shape: (B,M,C) → (B,H,M,d) twice per block. */
export function captionOf(
  net: Net,
  config: TimConfig,
  y: Value,
  middle: Middle = {},
  keys: readonly string[] = blockKeys(config),
): CaptionKeysValues[] {
  const embedded = embedCaption(net, config, y)
  middle['y_embedder'] = embedded
  // Every block normalises the same caption tokens in the same way.
  const caption = plainLayerNorm(net, embedded, config.hidden_size)
  return keys.map((key) => net.b.scope(key, () => captionKeysValues(net, config, key, caption)))
}

/** The rotary tables as graph inputs: cos and sin (N, d/2). */
export function rotaryInputs(net: Net, config: TimConfig): RotaryTables {
  const input = (name: string): Value => net.b.input(name, 'f32', [TOKENS, headWidth(config) / 2])
  return { cos: input('rotary.cos'), sin: input('rotary.sin') }
}

/** The transformer from patches to patches. Shape: (B,N,C·p²) → (B,N,p²·C), features in the released order (p,p,C). */
export function transformer(
  net: Net,
  config: TimConfig,
  tokens: Value,
  given: { readonly conditioning: Conditioning; readonly caption?: readonly CaptionKeysValues[]; readonly rotary: RotaryTables },
  middle: Middle = {},
): Value {
  const { b } = net
  let x = embedPatches(net, config, tokens)
  middle['x_embedder'] = x
  blockKeys(config).forEach((key, i) => {
    const conditions = given.conditioning.blocks[i]
    if (!conditions) throw new TypeError(`${key} has no conditioning`)
    const caption = given.caption?.[i]
    x = b.scope(key, () => block(net, config, key, x, { conditioning: conditions, caption, rotary: given.rotary }, middle))
  })
  return finalLayer(net, config, x, given.conditioning.final)
}

/** The last layer. final: shift and scale (B,1,2D). Shape: (B,N,D) → (B,N,p²·C). */
export function finalLayer(net: Net, config: TimConfig, x: Value, final: Value): Value {
  const { b } = net
  const width = config.hidden_size
  const [shift, scale] = b.split(final, 2, [width, width])
  if (!shift || !scale) throw new TypeError('split gives two values')
  return b.scope('final_layer', () => {
    const modulated = modulate(net, plainLayerNorm(net, x, width), shift, scale)
    return linear(net, 'final_layer.linear', modulated, { in: width, out: tokenWidth(config) })
  })
}

/** REPA projector (arXiv 2410.06940) on the tokens after block `encoder_depth`. Shape: (B,N,D) → (B,N,z_dim). */
export function projector(net: Net, config: TimConfig, x: Value): Value {
  const { hidden_size: width, projector_dim: inner, z_dim: out } = config
  const first = silu(net, linear(net, 'projector.0', x, { in: width, out: inner }))
  const second = silu(net, linear(net, 'projector.2', first, { in: inner, out: inner }))
  return linear(net, 'projector.4', second, { in: inner, out })
}

/** A whole network: inputs tokens, time.*, rotary.*, y; every intermediate value by module name. */
export interface TimGraph {
  readonly tokens: Value
  readonly times: TimeFeatures
  readonly out: Value
  readonly middle: Middle
}

/** The network in one piece, batch symbol `b` throughout. */
export function buildTim(net: Net, config: TimConfig, times: TimeFeatures): TimGraph {
  const { b } = net
  const middle: Middle = {}
  const tokens = b.input('tokens', 'f32', [BATCH, TOKENS, tokenWidth(config)])
  const rotary = rotaryInputs(net, config)
  if (isTextConditional(config)) {
    const caption = captionOf(net, config, b.input('y', 'f32', [BATCH, CAPTION, config.cap_feat_dim]), middle)
    const out = transformer(
      net,
      config,
      tokens,
      { conditioning: conditioning(net, config, times, undefined, middle), caption, rotary },
      middle,
    )
    return { tokens, times, out, middle }
  }
  const classes = b.input('y', 'i64', [BATCH])
  const out = transformer(
    net,
    config,
    tokens,
    { conditioning: conditioning(net, config, times, classes, middle), rotary },
    middle,
  )
  return { tokens, times, out, middle }
}
