import { mulDims, subDims } from '../../ir/dim'
import { f32 } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import { channelsOf, mixChannels } from '../../nn/grid'
import type { Net } from '../../nn/net'
import type { Edges } from '../../nn/tiles'
import { ATTENTION_EPSILON, normalise } from './blocks'
import type { Stage } from './config'

/**
 * ReLU linear attention (blocks.ts) in two passes over a picture in stripes: the sum of v⊗k over all cells, which is small, then
 * each stripe's queries applied to it. The rows of the published projections alternate q, k, v for each head, so that the first
 * pass computes k and v alone, the second q alone, and nothing twice.
 */

/** Which of the three parts of each head. */
export type Part = 'query' | 'key and value'
const PARTS: Readonly<Record<Part, readonly [number, number]>> = { query: [0, 1], 'key and value': [1, 3] }

/** Rows that the neighbourhoods of an attention reach beyond a stripe. */
export function attentionReach({ scales }: Stage): number {
  return Math.max(0, ...scales.map((size) => Math.floor(size / 2)))
}

/** A part of q, k, v of each cell. Shape: (1,C,H,W) → (1,heads·parts·D,H,W). */
export function projectPart(net: Net, key: string, x: Value, part: Part, headWidth: number): Value {
  const { b } = net
  const width = channelsOf(x)
  const inner = Math.floor(width / headWidth) * headWidth
  const rows = b.concat(
    ['to_q', 'to_k', 'to_v'].map((name) => net.weight(`${key}.${name}.weight`, [inner, width])),
    0,
  )
  const chosen = partOf(net, rows, part, headWidth)
  return mixChannels(net, b.reshape(chosen, [channelsOfPart(inner, part), width]), x)
}

/** Sum of [v; 1]⊗k over the cells of a stripe. Shape: (1,2·C,H,W) → (heads,D+1,D). */
export function keyValueSums(net: Net, key: string, projected: Value, edges: Edges, stage: Stage, headWidth: number): Value {
  const { b } = net
  const both = b.concat(scaled(net, key, projected, edges, 'key and value', stage, headWidth), 0)
  const [heads = 1, , , cells = 1] = both.shape
  const [k, v] = b.split(both, 1, [1, 1]).map((x) => b.reshape(x, [heads, headWidth, cells]))
  if (!k || !v) throw new TypeError('split gives two values')
  // A row of ones below V gathers the denominator in the same product.
  const ones = b.expand(b.constant(f32([1, 1, 1], [1])), [heads, 1, cells])
  return b.matMul(b.concat([v, ones], 1), b.transpose(b.relu(k), [0, 2, 1]))
}

/** x + norm(out(sums·q / denominator)). Shape: q (1,C',H,W), x (1,C,H,W), sums (heads,D+1,D) → (1,C,H,W). */
export function attend(
  net: Net,
  key: string,
  { projected, x, edges, sums }: { projected: Value; x: Value; edges: Edges; sums: Value },
  stage: Stage,
  headWidth: number,
): Value {
  const { b } = net
  const width = channelsOf(x)
  const [, , H = 1, W = 1] = x.shape
  const q = b.concat(scaled(net, key, projected, edges, 'query', stage, headWidth), 0)
  const [heads = 1, , , cells = 1] = q.shape
  const gathered = b.matMul(sums, b.relu(b.reshape(q, [heads, headWidth, cells])))
  const [above, below] = b.split(gathered, 1, [headWidth, 1])
  if (!above || !below) throw new TypeError('split gives two values')
  const inner = Number(heads) * headWidth
  const attended = b.reshape(b.div(above, b.shift(below, ATTENTION_EPSILON)), [1, inner, H, W])
  const out = mixChannels(net, net.weight(`${key}.to_out.weight`, [width, inner]), attended)
  return b.add(normalise(net, stage.norm, `${key}.norm_out`, out), x)
}

/** The projections as they are, and gathered from each scale's neighbourhood. Shape: (1,C,H,W) → (heads,parts,D,H·W) each. */
function scaled(
  net: Net,
  key: string,
  projected: Value,
  edges: Edges,
  part: Part,
  stage: Stage,
  headWidth: number,
): readonly Value[] {
  const { b } = net
  const width = channelsOf(projected)
  const [, , H = 1, W = 1] = projected.shape
  const [from, until] = PARTS[part]
  const heads = width / headWidth / (until - from)
  const byHead = (x: Value): Value => b.reshape(x, [heads, until - from, headWidth, mulDims(H, W)])
  const reach = attentionReach(stage)
  const around = reach === 0 ? projected : b.concat([edges.above, projected, edges.below], 2)
  const whole = 3 * heads * headWidth
  const each = stage.scales.map((size, i) => {
    const prefix = `${key}.to_qkv_multiscale.${i}`
    const side = Math.floor(size / 2)
    const window = partOf(net, net.weight(`${prefix}.proj_in.weight`, [whole, 1, size, size]), part, headWidth)
    const attrs = { strides: [1, 1], pads: [0, side, 0, side], dilations: [1, 1], group: width }
    const [, , rows = 1] = around.shape
    const near = side === reach ? around : b.slice(around, 2, reach - side, subDims(rows, reach - side))
    const gathered = b.conv(near, b.reshape(window, [width, 1, size, size]), undefined, attrs)
    const mix = partOf(net, net.weight(`${prefix}.proj_out.weight`, [whole, headWidth, 1, 1]), part, headWidth)
    return b.matMul(b.reshape(mix, [heads, until - from, headWidth, headWidth]), byHead(gathered))
  })
  return [byHead(projected), ...each]
}

/** The rows of a part, of weights whose rows are (heads, 3, D). Shape: (3·heads·D,…) → (heads·parts·D,…) as one axis. */
function partOf(net: Net, weight: Value, part: Part, headWidth: number): Value {
  const { b } = net
  const [rows = 1, ...rest] = weight.shape
  const heads = Number(rows) / 3 / headWidth
  const width = rest.reduce<number>((product, size) => product * Number(size), 1)
  const [from, until] = PARTS[part]
  const chosen = b.slice(b.reshape(weight, [heads, 3, headWidth * width]), 1, from, until)
  return b.reshape(chosen, [heads * (until - from) * headWidth, width])
}

function channelsOfPart(inner: number, part: Part): number {
  const [from, until] = PARTS[part]
  return inner * (until - from)
}
