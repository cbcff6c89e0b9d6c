import type { Builder } from '../../ir/builder'
import { f32, i64, type Tensor } from '../../ir/tensor'
import type { NetworkGraph, NetworkValues } from '../../diffusion/network'
import type { Shape } from '../../ir/shape'
import { adaptedNet, type LowRankLayers } from '../../nn/low-rank'
import { plainNet, type Net } from '../../nn/net'
import { dropoutMasks, dropped, type DropoutDraw } from '../peft/dropout'
import { BATCH, buildTim, projector } from './build'
import type { TimConfig } from './config'
import { timeInputs } from './embed'
import { patchify, patchifyOutput, rotaryTables, sinusoidRates, sinusoids, unpatchify } from './host'
import { createBuilder } from '../../ops/table'
import { timParameters } from './parameters'

/** The condition of a batch: caption features (B,M,C) or one class id a sample; in training also its dropout. */
export type TimCondition = ({ readonly y: Tensor<'f32'> } | { readonly classes: readonly number[] }) & {
  readonly dropout?: DropoutDraw
}

/** An adapter as the graphs of its network see it: its layers, the shapes of its weights, and the dropout of its inputs in training. */
export interface AdapterGraph {
  readonly layers: LowRankLayers
  readonly shapes: ReadonlyMap<string, readonly number[]>
  readonly dropout: number
}

/** A TiM network as objectives differentiate it, with an adapter where one is given. */
export function timNetworkGraph(config: TimConfig, adapter?: AdapterGraph): NetworkGraph<TimCondition> {
  const patch = config.patch_size
  const net = (b: Builder, masks?: Map<string, Shape>): Net => (adapter ? netWith(b, adapter, masks) : plainNet(b))
  const masks = maskShapes((b, shapes) => build(net(b, shapes), config, false))
  const rate = adapter?.dropout ?? 0
  return {
    latent: { channels: config.in_channels, patch },
    parameters: new Map([...timParameters(config, { projector: true }), ...(adapter?.shapes ?? [])]),
    build: (b, options) => build(net(b), config, options.projector),
    feeds(x, t, r, condition) {
      const feeds = timFeeds(config, x, t, r, condition)
      if (masks.size === 0) return feeds
      const sizes = { n: feeds['tokens']?.shape[1] ?? 0, m: 'y' in condition ? (condition.y.shape[1] ?? 0) : 0 }
      return { ...feeds, ...dropoutMasks(masks, condition.dropout ? rate : 0, condition.dropout ?? none(t.length), sizes) }
    },
    feedTangents(xDot, at) {
      const rate = (times: Float64Array): Tensor<'f32'> => scaleRows(sinusoidRates(times), at.tDot)
      return { tokens: patchify(xDot, patch), 'time.t': rate(at.t), 'time.delta': rate(difference(at.t, at.r)) }
    },
    toTokens: (latents) => patchifyOutput(latents, patch),
    fromTokens: (tokens, shape) => unpatchify(tokens, shape, patch),
    choose: (condition, samples) => chooseSamples(condition, samples),
  }
}

/** A net whose layers carry an adapter, with dropout where the adapter has some. */
export function netWith(b: Builder, { layers, dropout }: AdapterGraph, masks?: Map<string, Shape>, base = plainNet(b)): Net {
  return adaptedNet(b, layers, base, dropout === 0 ? undefined : (inner, layer) => dropped(inner, layer, masks))
}

function maskShapes(buildInto: (b: Builder, shapes: Map<string, Shape>) => unknown): ReadonlyMap<string, Shape> {
  const shapes = new Map<string, Shape>()
  buildInto(createBuilder(), shapes)
  return shapes
}

/** No sample drops anything. */
function none(count: number): DropoutDraw {
  return { seed: 0, samples: Array<number>(count).fill(0) }
}

/** Feeds of a network built in one piece. x (B,C,H,W); t, r: network times, length B. */
export function timFeeds(
  config: TimConfig,
  x: Tensor<'f32'>,
  t: Float64Array,
  r: Float64Array,
  condition: TimCondition,
): Record<string, Tensor> {
  const rotary = rotaryTables(config, (x.shape[2] ?? 0) / config.patch_size, (x.shape[3] ?? 0) / config.patch_size)
  return {
    tokens: patchify(x, config.patch_size),
    ...timeFeeds(t, r),
    'rotary.cos': rotary.cos,
    'rotary.sin': rotary.sin,
    y: 'y' in condition ? condition.y : i64([condition.classes.length], condition.classes),
  }
}

/** Sinusoids of t, r and t − r. */
export function timeFeeds(t: Float64Array, r: Float64Array): Record<'time.t' | 'time.r' | 'time.delta', Tensor<'f32'>> {
  return { 'time.t': sinusoids(t), 'time.r': sinusoids(r), 'time.delta': sinusoids(difference(t, r)) }
}

function build(net: Net, config: TimConfig, withProjector: boolean): NetworkValues {
  const times = timeInputs(net, BATCH)
  const { tokens, out, middle } = buildTim(net, config, times)
  const moving = { tokens, 'time.t': times.t, 'time.delta': times.delta }
  const features = middle[`blocks.${config.encoder_depth - 1}`]
  return withProjector && features ? { F: out, moving, projected: projector(net, config, features) } : { F: out, moving }
}

function chooseSamples(condition: TimCondition, samples: readonly number[]): TimCondition {
  const { dropout } = condition
  const kept = dropout && { dropout: { seed: dropout.seed, samples: samples.map((sample) => dropout.samples[sample] ?? 0) } }
  if ('classes' in condition) return { classes: samples.map((sample) => condition.classes[sample] ?? 0), ...kept }
  const [, tokens = 0, width = 0] = condition.y.shape
  const size = tokens * width
  const data = new Float32Array(samples.length * size)
  samples.forEach((sample, i) => data.set(condition.y.data.subarray(sample * size, (sample + 1) * size), i * size))
  return { y: f32([samples.length, tokens, width], data), ...kept }
}

function difference(t: Float64Array, r: Float64Array): Float64Array {
  return t.map((time, i) => time - (r[i] ?? 0))
}

function scaleRows(x: Tensor<'f32'>, factors: Float64Array): Tensor<'f32'> {
  const width = x.shape[1] ?? 0
  return f32(
    x.shape,
    x.data.map((value, i) => value * (factors[Math.floor(i / width)] ?? 0)),
  )
}
