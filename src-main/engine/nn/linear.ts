import type { Value } from '../ir/value'
import type { LayerSize, LinearLayer, Net } from './net'

/** x·Wᵀ + bias with torch's layout: KEY.weight (O,I), KEY.bias (O). Shape: (…,I) → (…,O). */
export function linear(net: Net, key: string, x: Value, size: LayerSize, bias = true): Value {
  const { b } = net
  const weight = (): Value => net.weight(`${key}.weight`, [size.out, size.in])
  const product = net.product?.(key, x, size) ?? b.matMul(x, b.transpose(weight(), [1, 0]))
  const layer: LinearLayer = {
    key,
    x,
    y: product,
    get weight() {
      return weight()
    },
  }
  const y = net.adapt?.(layer) ?? product
  return bias ? b.add(y, net.weight(`${key}.bias`, [size.out])) : y
}

/** x·σ(x) (SiLU, arXiv 1702.03118). Shape: (…) → (…). */
export function silu(net: Net, x: Value): Value {
  return net.b.quickGelu(x)
}

/** fc2(silu(fc1_g(x)) · fc1_x(x)) (SwiGLU, arXiv 2002.05202; timm's keys). Shape: (…,I) → (…,O). */
export function swiGlu(
  net: Net,
  key: string,
  x: Value,
  size: { readonly in: number; readonly hidden: number; readonly out: number },
): Value {
  const inner = { in: size.in, out: size.hidden }
  const gate = silu(net, linear(net, `${key}.fc1_g`, x, inner))
  const hidden = net.b.mul(gate, linear(net, `${key}.fc1_x`, x, inner))
  return linear(net, `${key}.fc2`, hidden, { in: size.hidden, out: size.out })
}
