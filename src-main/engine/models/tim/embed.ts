import type { Dim } from '../../ir/dim'
import type { Value } from '../../ir/value'
import { linear, silu, swiGlu } from '../../nn/linear'
import { layerNorm } from '../../nn/norm'
import type { Net } from '../../nn/net'
import { isTextConditional, type TimConfig } from './config'

/** Width of the sinusoidal time features. */
export const FREQUENCIES = 256

/** Sinusoids of t, r and t − r, each (B,256), computed on the host; a network reads those its `new_condition` names. */
export interface TimeFeatures {
  readonly t: Value
  readonly r: Value
  readonly delta: Value
}

/** The three graph inputs of the times. */
export function timeInputs(net: Net, batch: Dim): TimeFeatures {
  const input = (name: string): Value => net.b.input(name, 'f32', [batch, FREQUENCIES])
  return { t: input('time.t'), r: input('time.r'), delta: input('time.delta') }
}

/** E_t and E_Δt. Shape: (B,256) → (B,D) each. */
export function embedTimes(net: Net, config: TimConfig, times: TimeFeatures): { readonly t: Value; readonly delta: Value } {
  const { b } = net
  const t = (x: Value): Value => timestepEmbedder(net, 't_embedder', x, config.hidden_size)
  const delta = config.use_new_embed ? (x: Value): Value => timestepEmbedder(net, 'delta_embedder', x, config.hidden_size) : t
  const embedded = (): Value => {
    switch (config.new_condition) {
      case 't-r':
        return delta(times.delta)
      case 'r':
        return delta(times.r)
      case 't,r':
        return b.add(t(times.t), delta(times.r))
      case 't,t-r':
        return b.add(t(times.t), delta(times.delta))
      case 'r,t-r':
        return b.add(t(times.r), delta(times.delta))
      case 't,r,t-r':
        return b.add(b.add(t(times.t), t(times.r)), delta(times.delta))
    }
  }
  return { t: t(times.t), delta: embedded() }
}

function timestepEmbedder(net: Net, key: string, x: Value, width: number): Value {
  const hidden = silu(net, linear(net, `${key}.mlp.0`, x, { in: FREQUENCIES, out: width }))
  return linear(net, `${key}.mlp.2`, hidden, { in: width, out: width })
}

/** Caption features → tokens of the network's width. Shape: (B,M,C) → (B,M,D). */
export function embedCaption(net: Net, config: TimConfig, y: Value): Value {
  const width = config.hidden_size
  const inner = isTextConditional(config) ? config.cap_feat_dim : width
  return swiGlu(net, 'y_embedder.mlp', layerNorm(net, 'y_embedder.norm', y, inner), { in: inner, hidden: width * 4, out: width })
}

/** Class ids → embeddings. Shape: (B) i64 → (B,D). */
export function embedClass(net: Net, config: TimConfig, y: Value): Value {
  if (isTextConditional(config)) throw new TypeError('A text-conditional network has no classes.')
  const rows = config.num_classes + (config.class_dropout_prob > 0 ? 1 : 0)
  return net.b.gather(net.weight('y_embedder.embedding_table.weight', [rows, config.hidden_size]), y)
}

/** Patches → tokens: the patch-embedding convolution as a product over (C,p,p). Shape: (B,N,C·p²) → (B,N,D). */
export function embedPatches(net: Net, config: TimConfig, tokens: Value): Value {
  const { b } = net
  const { in_channels: channels, patch_size: patch, hidden_size: width } = config
  const kernel = net.weight('x_embedder.proj.weight', [width, channels, patch, patch])
  const weight = b.reshape(kernel, [width, channels * patch * patch])
  const product = b.matMul(tokens, b.transpose(weight, [1, 0]))
  const y = net.adapt?.({ key: 'x_embedder.proj', x: tokens, y: product, weight }) ?? product
  return b.add(y, net.weight('x_embedder.proj.bias', [width]))
}
