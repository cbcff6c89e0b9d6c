import type { Builder } from '../../src-main/engine/ir/builder'
import { f32, sizeOf, tensor, type Tensor } from '../../src-main/engine/ir/tensor'
import type { NetworkGraph, NetworkValues } from '../../src-main/engine/diffusion/network'

/** A condition of the toy network: (B, 2). */
export type ToyCondition = Tensor<'f32'>

const CHANNELS = 3
const WIDTH = 5
const FEATURES = 4

/**
 * The smallest network with everything an objective needs: F = tanh(x A + τ(t, r) T + y Y) O over tokens of one pixel, with
 * τ = (cos t, sin t, cos(t−r), sin(t−r)) from the host, and a projector h P.
 */
export class ToyNetwork implements NetworkGraph<ToyCondition> {
  readonly latent = { channels: CHANNELS, patch: 1 }
  readonly parameters = new Map<string, readonly number[]>([
    ['A', [CHANNELS, WIDTH]],
    ['T', [4, WIDTH]],
    ['Y', [2, WIDTH]],
    ['O', [WIDTH, CHANNELS]],
    ['P', [WIDTH, FEATURES]],
  ])
  /** Times of every `feeds`, in order. */
  readonly fed: { readonly t: readonly number[]; readonly r: readonly number[] }[] = []

  /** Weights that are no round numbers, different for each `phase`. */
  weights(phase = 0): Record<string, Tensor<'f32'>> {
    return Object.fromEntries([...this.parameters].map(([key, shape], k) => [key, wave(shape, 3 * k + phase)]))
  }

  build(b: Builder, { projector }: { readonly projector: boolean }): NetworkValues {
    const weight = (key: string) => b.param(key, 'f32', this.parameters.get(key) ?? [])
    const x = b.input('x', 'f32', ['b', 'n', CHANNELS])
    const tau = b.input('tau', 'f32', ['b', 1, 4])
    const y = b.input('y', 'f32', ['b', 1, 2])
    const sum = b.add(b.matMul(x, weight('A')), b.add(b.matMul(tau, weight('T')), b.matMul(y, weight('Y'))))
    const hidden = b.tanh(sum)
    const values = { F: b.matMul(hidden, weight('O')), moving: { x, tau } }
    return projector ? { ...values, projected: b.matMul(hidden, weight('P')) } : values
  }

  feeds(x: Tensor<'f32'>, t: Float64Array, r: Float64Array, condition: ToyCondition): Record<string, Tensor> {
    this.fed.push({ t: [...t], r: [...r] })
    const tau = Array.from(t, (s, i) => [Math.cos(s), Math.sin(s), Math.cos(s - (r[i] ?? 0)), Math.sin(s - (r[i] ?? 0))])
    return { x: this.toTokens(x), tau: f32([t.length, 1, 4], tau.flat()), y: { ...condition, shape: [t.length, 1, 2] } }
  }

  feedTangents(
    xDot: Tensor<'f32'>,
    { t, r, tDot }: { readonly t: Float64Array; readonly r: Float64Array; readonly tDot: Float64Array },
  ): Record<string, Tensor> {
    const tau = Array.from(t, (s, i) => {
      const apart = s - (r[i] ?? 0)
      return [-Math.sin(s), Math.cos(s), -Math.sin(apart), Math.cos(apart)].map((rate) => rate * (tDot[i] ?? 0))
    })
    return { x: this.toTokens(xDot), tau: f32([t.length, 1, 4], tau.flat()) }
  }

  toTokens(latents: Tensor<'f32'>): Tensor<'f32'> {
    const [batch = 0, channels = 0, height = 0, width = 0] = latents.shape
    return tensor('f32', [batch, height * width, channels], swapLast(latents.data, batch, channels, height * width))
  }

  fromTokens(tokens: Tensor<'f32'>, shape: readonly number[]): Tensor<'f32'> {
    const [batch = 0, channels = 0, height = 0, width = 0] = shape
    return tensor('f32', shape, swapLast(tokens.data, batch, height * width, channels))
  }

  choose(condition: ToyCondition, samples: readonly number[]): ToyCondition {
    return f32(
      [samples.length, 2],
      samples.flatMap((i) => [...condition.data.subarray(2 * i, 2 * i + 2)]),
    )
  }
}

/** (batch, rows, columns) → (batch, columns, rows). */
function swapLast(data: Float32Array, batch: number, rows: number, columns: number): Float32Array {
  const out = new Float32Array(data.length)
  for (let i = 0; i < batch; i++) {
    const at = i * rows * columns
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) out[at + column * rows + row] = data[at + row * columns + column] ?? NaN
  }
  return out
}

/** Numbers in (−scale, scale) that follow no pattern of the shape. */
export function wave(shape: readonly number[], phase: number, scale = 0.8): Tensor<'f32'> {
  return f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(1 + phase + i * 1.7) * scale),
  )
}
