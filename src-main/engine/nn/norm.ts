import { f32 } from '../ir/tensor'
import type { Value } from '../ir/value'
import type { Net } from './net'

/** Layer normalisation without weights over the last axis. Shape: (…,D) → (…,D). */
export function plainLayerNorm(net: Net, x: Value, width: number, epsilon = 1e-6): Value {
  const ones = net.b.constant(f32([width], new Float32Array(width).fill(1)))
  return net.b.layerNormalization(x, ones, undefined, epsilon)
}

/** Layer normalisation with KEY.weight and KEY.bias. Shape: (…,D) → (…,D). */
export function layerNorm(net: Net, key: string, x: Value, width: number, epsilon = 1e-5): Value {
  return net.b.layerNormalization(x, net.weight(`${key}.weight`, [width]), net.weight(`${key}.bias`, [width]), epsilon)
}

/** x·(1 + scale) + shift (adaLN, arXiv 2212.09748). Shape: (B,N,D), (B,1,D), (B,1,D) → (B,N,D). */
export function modulate(net: Net, x: Value, shift: Value, scale: Value): Value {
  return net.b.add(net.b.mul(x, net.b.shift(scale, 1)), shift)
}
