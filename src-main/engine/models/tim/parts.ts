import type { Graph } from '../../ir/graph'
import type { Value } from '../../ir/value'
import type { Net } from '../../nn/net'
import { block } from './block'
import { blockKeys, captionOf, conditioning, finalLayer, rotaryInputs } from './build'
import { headWidth, isTextConditional, modulationCount, tokenWidth, type TimConfig } from './config'
import { embedPatches, timeInputs } from './embed'

/**
 * The graphs that a network is run in, each for a range of its blocks: one range of all, or each block by itself, which may then be
 * opened, run and released in turn, forward as here or backward. Feeds and results carry the number of their block.
 */

/** Blocks [from, to). */
export interface BlockRange {
  readonly from: number
  readonly to: number
}

/** Whether conditioning and caption hold one row for the whole batch, or one for each picture. */
export interface Rows {
  readonly times: 'b' | 1
  readonly caption: 'b' | 1
}

/** All blocks at once, or each by itself. */
export function blockRanges(config: TimConfig, apart: boolean): readonly BlockRange[] {
  if (!apart) return [{ from: 0, to: config.depth }]
  return Array.from({ length: config.depth }, (_, from) => ({ from, to: from + 1 }))
}

/** Names of what a block is fed besides its tokens. */
export const feedNames = {
  modulation: (block: number) => `modulation.${block}`,
  distance: (block: number) => `distance.${block}`,
  captionKeys: (block: number) => `caption.k.${block}`,
  captionValues: (block: number) => `caption.v.${block}`,
} as const

/** time.* (c,256) and, class-conditional, y (c) → what the blocks of a range need of them; `final` with the last block. */
export function conditioningGraph(net: Net, config: TimConfig, range: BlockRange): Graph {
  const classes = isTextConditional(config) ? undefined : net.b.input('y', 'i64', ['c'])
  const keys = blockKeys(config).slice(range.from, range.to)
  const { blocks, final } = conditioning(net, config, timeInputs(net, 'c'), classes, {}, keys)
  const outputs: Record<string, Value> = range.to === config.depth ? { final } : {}
  blocks.forEach(({ modulation, distance }, i) => {
    outputs[feedNames.modulation(range.from + i)] = modulation
    if (distance) outputs[feedNames.distance(range.from + i)] = distance
  })
  return net.b.graph(outputs)
}

/** y (c,m,C) → keys and values of the caption for the blocks of a range, (c,H,m,d) each. */
export function captionGraph(net: Net, config: TimConfig, range: BlockRange): Graph {
  if (!isTextConditional(config)) throw new TypeError('no captions without text')
  const keys = blockKeys(config).slice(range.from, range.to)
  const outputs: Record<string, Value> = {}
  captionOf(net, config, net.b.input('y', 'f32', ['c', 'm', config.cap_feat_dim]), {}, keys).forEach(({ k, v }, i) => {
    outputs[feedNames.captionKeys(range.from + i)] = k
    outputs[feedNames.captionValues(range.from + i)] = v
  })
  return net.b.graph(outputs)
}

/** `tokens` (b,n,C·p²) with the first block, else `x` (b,n,D) → `x` (b,n,D), or with the last block `out` (b,n,p²·C). */
export function bodyGraph(net: Net, config: TimConfig, range: BlockRange, rows: Rows): Graph {
  const { b } = net
  const width = config.hidden_size
  const rotary = rotaryInputs(net, config)
  let x =
    range.from === 0
      ? embedPatches(net, config, b.input('tokens', 'f32', ['b', 'n', tokenWidth(config)]))
      : b.input('x', 'f32', ['b', 'n', width])
  for (let i = range.from; i < range.to; i++) {
    const key = `blocks.${i}`
    const given = {
      conditioning: {
        modulation: b.input(feedNames.modulation(i), 'f32', [rows.times, 1, modulationCount(config) * width]),
        distance: config.distance_aware ? b.input(feedNames.distance(i), 'f32', [rows.times, 1, 3 * width]) : undefined,
      },
      caption: isTextConditional(config) ? captionInputs(net, config, i, rows) : undefined,
      rotary,
    }
    x = b.scope(key, () => block(net, config, key, x, given))
  }
  if (range.to < config.depth) return b.graph({ x })
  return b.graph({ out: finalLayer(net, config, x, b.input('final', 'f32', [rows.times, 1, 2 * width])) })
}

function captionInputs(net: Net, config: TimConfig, i: number, rows: Rows): { readonly k: Value; readonly v: Value } {
  const shape = [rows.caption, config.num_heads, 'm', headWidth(config)]
  return {
    k: net.b.input(feedNames.captionKeys(i), 'f32', shape),
    v: net.b.input(feedNames.captionValues(i), 'f32', shape),
  }
}
