import type { Builder } from '../../ir/builder'
import { f32, i64, type Tensor } from '../../ir/tensor'
import type { NetworkGraph, NetworkValues } from '../../diffusion/network'
import { plainNet, type Net } from '../../nn/net'
import { BATCH, buildTim, projector } from './build'
import type { TimConfig } from './config'
import { timeInputs } from './embed'
import { patchify, patchifyOutput, rotaryTables, sinusoidRates, sinusoids, unpatchify } from './host'
import { timParameters } from './parameters'

/** The condition of a batch: caption features (B,M,C) or one class id a sample. */
export type TimCondition = { readonly y: Tensor<'f32'> } | { readonly classes: readonly number[] }

/** A TiM network as objectives differentiate it. `net` replaces plain parameters (adapters, quantised weights). */
export function timNetworkGraph(config: TimConfig, net: (b: Builder) => Net = plainNet): NetworkGraph<TimCondition> {
  const patch = config.patch_size
  return {
    latent: { channels: config.in_channels, patch },
    parameters: timParameters(config, { projector: true }),
    build: (b, options) => build(net(b), config, options.projector),
    feeds: (x, t, r, condition) => timFeeds(config, x, t, r, condition),
    feedTangents(xDot, at) {
      const rate = (times: Float64Array): Tensor<'f32'> => scaleRows(sinusoidRates(times), at.tDot)
      return { tokens: patchify(xDot, patch), 'time.t': rate(at.t), 'time.delta': rate(difference(at.t, at.r)) }
    },
    toTokens: (latents) => patchifyOutput(latents, patch),
    fromTokens: (tokens, shape) => unpatchify(tokens, shape, patch),
    choose: (condition, samples) => chooseSamples(condition, samples),
  }
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
  if ('classes' in condition) return { classes: samples.map((sample) => condition.classes[sample] ?? 0) }
  const [, tokens = 0, width = 0] = condition.y.shape
  const size = tokens * width
  const data = new Float32Array(samples.length * size)
  samples.forEach((sample, i) => data.set(condition.y.data.subarray(sample * size, (sample + 1) * size), i * size))
  return { y: f32([samples.length, tokens, width], data) }
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
