import { mulDims } from '../ir/dim'
import type { Value } from '../ir/value'
import { channelsOf } from './grid'
import type { Net } from './net'

/** x / √(mean of x² + ε) over the channels of each cell, with KEY.weight and KEY.bias (C). Shape: (B,C,H,W) → (B,C,H,W). */
export function channelRmsNorm(net: Net, key: string, x: Value, epsilon: number): Value {
  const { b } = net
  const power = b.reduceMean(b.mul(x, x), [1], true)
  return affine(net, key, b.div(x, b.sqrt(b.shift(power, epsilon))))
}

/** Group normalisation (arXiv 1803.08494) with KEY.weight and KEY.bias (C). Shape: (B,C,H,W) → (B,C,H,W). */
export function groupNorm(net: Net, key: string, x: Value, groups: number, epsilon: number): Value {
  const { b } = net
  const [B = 1, , H = 1, W = 1] = x.shape
  const each = mulDims(channelsOf(x) / groups, mulDims(H, W))
  const grouped = b.reshape(x, [B, groups, each])
  const centred = b.sub(grouped, b.reduceMean(grouped, [2], true))
  const variance = b.reduceMean(b.mul(centred, centred), [2], true)
  return affine(net, key, b.reshape(b.div(centred, b.sqrt(b.shift(variance, epsilon))), x.shape))
}

/** Batch normalisation at rest: the running statistics KEY.running_mean and KEY.running_var (C). Shape: (B,C,H,W) → (B,C,H,W). */
export function batchNorm(net: Net, key: string, x: Value, epsilon: number): Value {
  const { b } = net
  const deviation = b.sqrt(b.shift(perChannel(net, `${key}.running_var`, x), epsilon))
  return affine(net, key, b.div(b.sub(x, perChannel(net, `${key}.running_mean`, x)), deviation))
}

function affine(net: Net, key: string, x: Value): Value {
  return net.b.add(net.b.mul(x, perChannel(net, `${key}.weight`, x)), perChannel(net, `${key}.bias`, x))
}

function perChannel(net: Net, key: string, x: Value): Value {
  const channels = channelsOf(x)
  return net.b.reshape(net.weight(key, [channels]), [1, channels, 1, 1])
}
