import { f32, type Tensor } from '../../ir/tensor'
import { EngineError } from '../../ir/errors'
import { headWidth, type TimConfig } from './config'
import { FREQUENCIES } from './embed'

const HALF = FREQUENCIES / 2
const fround = Math.fround
/** exp(−ln 10000 · i/128) in float32, as released. */
const FREQUENCY = Float32Array.from({ length: HALF }, (_, i) => Math.exp(fround(fround(-Math.log(10000) * i) / HALF)))

/** cos and sin of t·frequency, cos first. The product is rounded to float32 as released. Shape: (B) → (B,256). */
export function sinusoids(times: ArrayLike<number>): Tensor<'f32'> {
  return features(times, (angle) => [Math.cos(angle), Math.sin(angle)])
}

/** d/dt of `sinusoids`, exact in f: −sin(angle)·f, cos(angle)·f. Shape: (B) → (B,256). */
export function sinusoidRates(times: ArrayLike<number>): Tensor<'f32'> {
  return features(times, (angle, f) => [-Math.sin(angle) * f, Math.cos(angle) * f])
}

function features(times: ArrayLike<number>, at: (angle: number, frequency: number) => readonly [number, number]): Tensor<'f32'> {
  const data = new Float32Array(times.length * FREQUENCIES)
  for (let sample = 0; sample < times.length; sample++) {
    for (let i = 0; i < HALF; i++) {
      const frequency = FREQUENCY[i] ?? 0
      const [first, second] = at(fround(fround(times[sample] ?? 0) * frequency), frequency)
      data[sample * FREQUENCIES + i] = first
      data[sample * FREQUENCIES + HALF + i] = second
    }
  }
  return f32([times.length, FREQUENCIES], data)
}

/** Longest side of the token grid: positions are cached to 1023. */
export const MAX_POSITIONS = 1024

/**
 * Rotary tables of an h×w token grid, (N, d/2) each. As released, token n has first-half position n mod h and second-half
 * position ⌊n/h⌋ (tokens are row-major, so for non-square grids this is not (column, row)). Throws beyond 1024 a side.
 */
export function rotaryTables(config: TimConfig, height: number, width: number): { cos: Tensor<'f32'>; sin: Tensor<'f32'> } {
  if (height > MAX_POSITIONS || width > MAX_POSITIONS) {
    throw new EngineError(
      'tim.size',
      `A grid of ${height} × ${width} tokens is beyond the network's ${MAX_POSITIONS} positions.`,
      'Choose a smaller picture.',
    )
  }
  const half = headWidth(config) / 2
  const count = height * width
  const cos = new Float32Array(count * half)
  const sin = new Float32Array(count * half)
  // Each half of the head holds half/2 pairs, one angle each.
  const frequencies = Float32Array.from({ length: half / 2 }, (_, i) => 1 / fround(Math.pow(10000, fround((2 * i) / half))))
  for (let n = 0; n < count; n++) {
    const positions = [n % height, Math.floor(n / height)]
    positions.forEach((position, part) => {
      frequencies.forEach((frequency, i) => {
        const angle = fround(position * frequency)
        const at = n * half + (part * half) / 2 + i
        cos[at] = Math.cos(angle)
        sin[at] = Math.sin(angle)
      })
    })
  }
  return { cos: f32([count, half], cos), sin: f32([count, half], sin) }
}

/** Latents to tokens, features in the order (C,p,p) of the patch embedding. Shape: (B,C,H,W) → (B,N,C·p²). */
export function patchify(x: Tensor<'f32'>, patch: number): Tensor<'f32'> {
  return intoTokens(x, patch, (c, i, j) => (c * patch + i) * patch + j)
}

/** Tokens to latents, features in the order (p,p,C) of the final layer. Shape: (B,N,p²·C) → (B,C,H,W). */
export function unpatchify(tokens: Tensor<'f32'>, shape: readonly number[], patch: number): Tensor<'f32'> {
  const [batch = 0, channels = 0, height = 0, width = 0] = shape
  const data = new Float32Array(tokens.data.length)
  eachPatch({ batch, channels, height, width, patch }, (pixel, token, c, i, j) => {
    data[pixel] = tokens.data[token + (i * patch + j) * channels + c] ?? 0
  })
  return f32(shape, data)
}

/** Latents to tokens in the order (p,p,C) of the final layer: the adjoint of `unpatchify`. Shape: (B,C,H,W) → (B,N,p²·C). */
export function patchifyOutput(x: Tensor<'f32'>, patch: number): Tensor<'f32'> {
  const [, channels = 0] = x.shape
  return intoTokens(x, patch, (c, i, j) => (i * patch + j) * channels + c)
}

/** `feature` says where in its token the value of channel c, row i and column j of the patch goes. */
function intoTokens(x: Tensor<'f32'>, patch: number, feature: (c: number, i: number, j: number) => number): Tensor<'f32'> {
  const [batch = 0, channels = 0, height = 0, width = 0] = x.shape
  checkGrid(height, width, patch)
  const data = new Float32Array(x.data.length)
  eachPatch({ batch, channels, height, width, patch }, (pixel, token, c, i, j) => {
    data[token + feature(c, i, j)] = x.data[pixel] ?? 0
  })
  return f32([batch, (height / patch) * (width / patch), channels * patch * patch], data)
}

interface Grid {
  readonly batch: number
  readonly channels: number
  readonly height: number
  readonly width: number
  readonly patch: number
}

function eachPatch(grid: Grid, visit: (pixel: number, token: number, c: number, i: number, j: number) => void): void {
  const { batch, channels, height, width, patch } = grid
  const columns = width / patch
  const features = channels * patch * patch
  let pixel = 0
  for (let s = 0; s < batch; s++) {
    for (let c = 0; c < channels; c++) {
      for (let y = 0; y < height; y++) {
        const row = s * ((height / patch) * columns) + Math.floor(y / patch) * columns
        for (let x = 0; x < width; x++) visit(pixel++, (row + Math.floor(x / patch)) * features, c, y % patch, x % patch)
      }
    }
  }
}

function checkGrid(height: number, width: number, patch: number): void {
  if (height % patch !== 0 || width % patch !== 0) {
    throw new EngineError(
      'tim.size',
      `Latents of ${height} × ${width} do not divide into patches of ${patch}.`,
      `Make both sides multiples of ${patch}.`,
    )
  }
}
