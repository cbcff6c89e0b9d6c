import type { Value } from '../../ir/value'
import { attention, joinHeads, rotate, splitHeads, type RotaryTables } from '../../nn/attention'
import { linear, swiGlu } from '../../nn/linear'
import { layerNorm, modulate, plainLayerNorm } from '../../nn/norm'
import type { Net } from '../../nn/net'
import { headWidth, mlpWidth, modulationCount, modulationWidth, type TimConfig } from './config'

/** What a block needs of (t, r) alone. modulation (B,1,9D or 6D); shift of q, k and v by Δt (B,1,3D), where distance-aware. */
export interface BlockConditioning {
  readonly modulation: Value
  readonly distance: Value | undefined
}

/** Keys and values of the caption. k, v: (B,H,M,d). */
export interface CaptionKeysValues {
  readonly k: Value
  readonly v: Value
}

/** Intermediate values of a block by module name, for comparisons. */
export type Middle = Record<string, Value>

/** adaLN modulation and distance terms of a block. c, delta: (B,1,D). */
export function conditionBlock(net: Net, config: TimConfig, key: string, c: Value, delta: Value): BlockConditioning {
  const width = config.hidden_size
  const size = { in: width, hidden: modulationWidth(config), out: modulationCount(config) * width }
  return {
    modulation: swiGlu(net, `${key}.adaLN_modulation`, c, size),
    distance: config.distance_aware ? linear(net, `${key}.attn.qkv_d`, delta, { in: width, out: 3 * width }, false) : undefined,
  }
}

/** Keys and values of a block's cross-attention from the normalised caption tokens. Shape: (B,M,D) → (B,H,M,d) twice. */
export function captionKeysValues(net: Net, config: TimConfig, key: string, caption: Value): CaptionKeysValues {
  const width = config.hidden_size
  const [k, v] = net.b.split(linear(net, `${key}.cross_attn.kv`, caption, { in: width, out: 2 * width }), 2, [width, width])
  if (!k || !v) throw new TypeError('split gives two values')
  return {
    k: headNorm(net, config, `${key}.cross_attn.k_norm`, splitHeads(net, k, config.num_heads)),
    v: splitHeads(net, v, config.num_heads),
  }
}

/** One TiM block. Shape: (B,N,D) → (B,N,D). Without a caption (class-conditional) the cross-attention branch is absent. */
export function block(
  net: Net,
  config: TimConfig,
  key: string,
  x: Value,
  given: {
    readonly conditioning: BlockConditioning
    readonly caption: CaptionKeysValues | undefined
    readonly rotary: RotaryTables
  },
  middle: Middle = {},
): Value {
  const { b } = net
  const width = config.hidden_size
  const parts = b.split(given.conditioning.modulation, 2, Array<number>(modulationCount(config)).fill(width))
  let state = x
  let used = 0
  const branch = (name: string, body: (modulated: Value) => Value): void => {
    const [shift, scale, gate] = parts.slice(used, used + 3)
    if (!shift || !scale || !gate) throw new TypeError(`modulation of ${name} is missing`)
    used += 3
    const result = b.scope(name, () => body(modulate(net, plainLayerNorm(net, state, width), shift, scale)))
    middle[`${key}.${name}`] = result
    state = b.add(state, b.mul(gate, result))
  }
  branch('attn', (h) => selfAttention(net, config, `${key}.attn`, h, given.conditioning.distance, given.rotary))
  const { caption } = given
  if (caption) branch('cross_attn', (h) => crossAttention(net, config, `${key}.cross_attn`, h, caption, given.rotary))
  branch('mlp', (h) => swiGlu(net, `${key}.mlp`, h, { in: width, hidden: mlpWidth(config), out: width }))
  middle[`${key}.adaLN_modulation`] = given.conditioning.modulation
  middle[key] = state
  return state
}

function selfAttention(
  net: Net,
  config: TimConfig,
  key: string,
  x: Value,
  distance: Value | undefined,
  rotary: RotaryTables,
): Value {
  const { b } = net
  const width = config.hidden_size
  const qkv = linear(net, `${key}.qkv`, x, { in: width, out: 3 * width })
  const [q, k, v] = b.split(distance ? b.add(qkv, distance) : qkv, 2, [width, width, width])
  if (!q || !k || !v) throw new TypeError('split gives three values')
  const head = (name: string, part: Value): Value =>
    rotate(net, headNorm(net, config, `${key}.${name}`, splitHeads(net, part, config.num_heads)), rotary)
  const mixed = attention(net, head('q_norm', q), head('k_norm', k), splitHeads(net, v, config.num_heads))
  return linear(net, `${key}.proj`, joinHeads(net, mixed), { in: width, out: width })
}

function crossAttention(
  net: Net,
  config: TimConfig,
  key: string,
  x: Value,
  caption: CaptionKeysValues,
  rotary: RotaryTables,
): Value {
  const width = config.hidden_size
  const q = splitHeads(net, linear(net, `${key}.q`, x, { in: width, out: width }), config.num_heads)
  const rotated = rotate(net, headNorm(net, config, `${key}.q_norm`, q), rotary)
  const mixed = attention(net, rotated, caption.k, caption.v)
  return linear(net, `${key}.proj`, joinHeads(net, mixed), { in: width, out: width })
}

function headNorm(net: Net, config: TimConfig, key: string, x: Value): Value {
  return config.qk_norm ? layerNorm(net, key, x, headWidth(config)) : x
}
