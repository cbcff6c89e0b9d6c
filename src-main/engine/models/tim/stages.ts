import type { StagedNetwork, Stage, StagePoint } from '../../diffusion/stages/stage'
import type { Builder } from '../../ir/builder'
import type { Shape } from '../../ir/shape'
import type { Tensor } from '../../ir/tensor'
import type { Value, ValueType } from '../../ir/value'
import { linear, swiGlu } from '../../nn/linear'
import type { LowRankLayer } from '../../nn/low-rank'
import { modulate, plainLayerNorm } from '../../nn/norm'
import { plainNet, type Net } from '../../nn/net'
import { createBuilder } from '../../ops/table'
import { renamed } from '../../weights/convert'
import type { WeightSource } from '../../weights/tensor-ref'
import { dropoutMasks, maskName } from '../peft/dropout'
import { block, captionKeysValues, conditionBlock } from './block'
import { blockKeys } from './build'
import { headWidth, isTextConditional, tokenWidth, type TimConfig } from './config'
import { embedCaption, embedClass, embedPatches, embedTimes, FREQUENCIES } from './embed'
import { storedNet } from './stored-net'
import { netWith, timNetworkGraph, type AdapterGraph, type TimCondition } from './network-graph'

/** A part of the network before it is bound to a place: what it reads, and how it is built with keys that begin with `key`. */
interface Part {
  readonly reads: Readonly<Record<string, ValueType>>
  readonly build: (net: Net, config: TimConfig, read: Readonly<Record<string, Value>>) => Record<string, Value>
}

/**
 * A TiM network as a chain of stages: embedders, each block with its conditioning, the final layer. All blocks with the same adapter
 * build one graph, whose parameters are named as those of the first block. With `source`, weights are read as they are stored there
 * (f16, q8), and widened while a stage runs.
 */
export function timStages(config: TimConfig, adapter?: AdapterGraph, source?: WeightSource): StagedNetwork<TimCondition> {
  const { build: _build, ...network } = timNetworkGraph(config, adapter)
  const make = (part: Part, key: string): Stage => stageOf(config, part, key, adapter, source)
  const blocks = blockKeys(config).map((key) => make(blockPart(config), key))
  return {
    ...network,
    stages: [make(enterPart(config), ''), ...blocks, make(leavePart(config), '')],
    sizes: ({ x, condition }) => ({
      b: x.shape[0] ?? 0,
      n: ((x.shape[2] ?? 0) * (x.shape[3] ?? 0)) / config.patch_size ** 2,
      m: 'y' in condition ? (condition.y.shape[1] ?? 0) : 0,
    }),
  }
}

/** Where blocks' parameters lie in the graph that they share. */
const SHARED = 'blocks.0'

function stageOf(
  config: TimConfig,
  { reads, build }: Part,
  key: string,
  adapter: AdapterGraph | undefined,
  source: WeightSource | undefined,
): Stage {
  const isBlock = key !== ''
  const local = (name: string): string => (isBlock ? name.replace(`${key}.`, `${SHARED}.`) : name)
  const global = (name: string): string => (isBlock ? name.replace(`${SHARED}.`, `${key}.`) : name)
  const own = [...(adapter?.layers ?? [])].filter(([layer]) =>
    isBlock ? layer.startsWith(`${key}.`) : !layer.startsWith('blocks.'),
  )
  const layers = new Map(own.map(([layer, low]) => [local(layer), withKeys(low, local)]))
  const stored = source && renamed(source, (name) => (!isBlock || name.startsWith(`${key}.`) ? local(name) : undefined))
  const net = (b: Builder, masks?: Map<string, Shape>): Net => {
    const base = stored ? storedNet(b, stored) : plainNet(b)
    return adapter && layers.size > 0 ? netWith(b, { ...adapter, layers }, masks, base) : base
  }
  const masks = new Map<string, Shape>()
  if (adapter && adapter.dropout > 0) build(net(createBuilder(), masks), config, placeholders(createBuilder(), reads))
  const formats = stored ? [...stored.tensors.values()].map((ref) => `${ref.key} ${ref.dtype}`) : []
  return {
    shape: JSON.stringify([Object.keys(reads), [...layers], formats]),
    reads,
    build: (b, read) => build(net(b), config, read),
    keyOf: global,
    extras: (points) => masksAt(masks, adapter?.dropout ?? 0, global, points),
  }
}

function withKeys(layer: LowRankLayer, rename: (key: string) => string): LowRankLayer {
  const { a, b, magnitude } = layer
  return { ...layer, a: rename(a), b: rename(b), ...(magnitude !== undefined && { magnitude: rename(magnitude) }) }
}

/** Masks of one stage for the samples of all points, in order. */
function masksAt(
  shapes: ReadonlyMap<string, Shape>,
  rate: number,
  global: (name: string) => string,
  points: readonly StagePoint[],
): Record<string, Tensor> {
  if (shapes.size === 0) return {}
  const draws = points.map(({ condition }) => (condition as TimCondition).dropout)
  const dropping = draws.every((draw) => draw !== undefined)
  const rows = points.flatMap(({ sizes }, i) => draws[i]?.samples ?? Array<number>(sizes['b'] ?? 0).fill(0))
  const draw = { seed: draws[0]?.seed ?? 0, samples: rows }
  const named = new Map([...shapes].map(([key, shape]) => [global(key), shape]))
  const masks = dropoutMasks(named, dropping ? rate : 0, draw, points[0]?.sizes ?? {})
  return Object.fromEntries(
    [...shapes.keys()].flatMap((key) => {
      const mask = masks[maskName(global(key))]
      return mask ? [[maskName(key), mask]] : []
    }),
  )
}

function placeholders(b: Builder, reads: Part['reads']): Record<string, Value> {
  return Object.fromEntries(Object.entries(reads).map(([name, { dtype, shape }]) => [name, b.input(name, dtype, shape)]))
}

const float = (...shape: Shape): ValueType => ({ dtype: 'f32', shape })

/** What every block is conditioned on. c, delta: (b,1,D); caption, normalised: (b,m,D). */
function conditions(config: TimConfig): Record<string, ValueType> {
  const width = config.hidden_size
  return {
    c: float('b', 1, width),
    delta: float('b', 1, width),
    ...(isTextConditional(config) && { caption: float('b', 'm', width) }),
  }
}

/** Patches, times and the condition of the samples. */
function enterPart(config: TimConfig): Part {
  const times = float('b', FREQUENCIES)
  const text = isTextConditional(config)
  return {
    reads: {
      tokens: float('b', 'n', tokenWidth(config)),
      'time.t': times,
      'time.r': times,
      'time.delta': times,
      y: text ? float('b', 'm', config.cap_feat_dim) : { dtype: 'i64', shape: ['b'] },
    },
    build: enter,
  }
}

function enter(net: Net, config: TimConfig, read: Readonly<Record<string, Value>>): Record<string, Value> {
  const { b } = net
  const width = config.hidden_size
  const [tokens, t, r, delta, y] = ['tokens', 'time.t', 'time.r', 'time.delta', 'y'].map((name) => given(read, name))
  if (!tokens || !t || !r || !delta || !y) throw new TypeError('the first stage reads five values')
  const row = (x: Value): Value => b.reshape(x, [x.shape[0] ?? 1, 1, width])
  const embedded = embedTimes(net, config, { t, r, delta })
  const time = b.add(row(embedded.t), row(embedded.delta))
  const x = embedPatches(net, config, tokens)
  if (!isTextConditional(config)) return { x, c: b.add(time, row(embedClass(net, config, y))), delta: row(embedded.delta) }
  return { x, c: time, delta: row(embedded.delta), caption: plainLayerNorm(net, embedCaption(net, config, y), width) }
}

function blockPart(config: TimConfig): Part {
  const table = float('n', headWidth(config) / 2)
  return {
    reads: { x: float('b', 'n', config.hidden_size), ...conditions(config), 'rotary.cos': table, 'rotary.sin': table },
    build: (net, _config, read) => {
      const caption = read['caption']
      const conditioning = conditionBlock(net, config, SHARED, given(read, 'c'), given(read, 'delta'))
      const rotary = { cos: given(read, 'rotary.cos'), sin: given(read, 'rotary.sin') }
      const keys = caption && captionKeysValues(net, config, SHARED, caption)
      return { x: block(net, config, SHARED, given(read, 'x'), { conditioning, caption: keys, rotary }) }
    },
  }
}

function leavePart(config: TimConfig): Part {
  const width = config.hidden_size
  return {
    reads: { x: float('b', 'n', width), c: float('b', 1, width) },
    build: (net, _config, read) => {
      const size = { in: width, hidden: Math.floor(width / 2), out: 2 * width }
      const modulation = swiGlu(net, 'final_layer.adaLN_modulation', given(read, 'c'), size)
      const [shift, scale] = net.b.split(modulation, 2, [width, width])
      if (!shift || !scale) throw new TypeError('split gives two values')
      const modulated = modulate(net, plainLayerNorm(net, given(read, 'x'), width), shift, scale)
      return { F: linear(net, 'final_layer.linear', modulated, { in: width, out: tokenWidth(config) }) }
    },
  }
}

function given(read: Readonly<Record<string, Value>>, name: string): Value {
  const value = read[name]
  if (!value) throw new TypeError(`a stage needs '${name}'`)
  return value
}
