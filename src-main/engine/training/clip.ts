import type { ParameterMap } from './adamw'

/** ‖g‖₂ over all gradients, in float64. */
export function globalNorm(gradients: ParameterMap): number {
  let sum = 0
  for (const gradient of gradients.values()) sum += squares(gradient)
  return Math.sqrt(sum)
}

/** Factor that brings a gradient of this norm to at most `limit`: min(1, limit / (norm + 1e-6)), as torch's clip_grad_norm_. */
export function clipFactor(norm: number, limit: number): number {
  return Math.min(1, limit / (norm + 1e-6))
}

/** Σ g², in four partial sums, since one chain of additions would wait for each. */
function squares(g: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  const even = g.length - (g.length % 4)
  for (let i = 0; i < even; i += 4) {
    a += (g[i] as number) ** 2
    b += (g[i + 1] as number) ** 2
    c += (g[i + 2] as number) ** 2
    d += (g[i + 3] as number) ** 2
  }
  for (let i = even; i < g.length; i++) a += (g[i] as number) ** 2
  return a + b + c + d
}
