import { sizeOf } from '../../ir/tensor'
import type { TensorPieces } from '../../weights/write-safetensors'
import { RandomNumbers } from './random-numbers'

/** How a tensor begins. */
export type Start =
  | { readonly is: 'constant'; readonly value: number }
  | { readonly is: 'uniform'; readonly bound: number }
  | { readonly is: 'normal'; readonly deviation: number }

/** What of a network a checkpoint key begins as. */
export type StartOf = (key: string, shape: readonly number[]) => Start

const ONES: Start = { is: 'constant', value: 1 }
const ZEROS: Start = { is: 'constant', value: 0 }
const NARROW: Start = { is: 'normal', deviation: 0.02 }

/** Numbers that one output of a layer sums. */
const inputsOf = ([, ...rest]: readonly number[]): number => sizeOf(rest)

/**
 * TiM as released (initialize_weights): Xavier uniform for linear layers and the patch embedding, N(0, 0.02²) for the embedders of time,
 * caption and class, zeros for biases, ones for the scales of norms. The layers that begin at zero there (modulation and output) are drawn
 * N(0, 0.02²), so that the network does something.
 */
export const timStart: StartOf = (key, shape) => {
  if (/(^|\.)adaLN_modulation\.fc2\.|^final_layer\.linear\./.test(key)) return NARROW
  if (shape.length < 2) return /norm\.weight$/.test(key) ? ONES : ZEROS
  if (/^y_embedder\.(mlp|embedding_table)\.|^t_embedder\.mlp\.[02]\./.test(key)) return NARROW
  return { is: 'uniform', bound: Math.sqrt(6 / ((shape[0] ?? 1) + inputsOf(shape))) }
}

/** Gemma 3 as transformers initialises it: N(0, 0.02²), the scales of norms (1 + w) at w = 0. */
export const gemma3Start: StartOf = (_key, shape) => (shape.length < 2 ? ZEROS : NARROW)

/**
 * Convolutional autoencoders as PyTorch initialises their layers: weights and biases uniform within 1/√(inputs of an output); norms at
 * their identity.
 */
export function autoencoderStart(parameters: ReadonlyMap<string, readonly number[]>): StartOf {
  return (key, shape) => {
    if (/norm[^.]*\.(weight|running_var)$/.test(key)) return ONES
    if (/norm[^.]*\.(bias|running_mean)$/.test(key)) return ZEROS
    const kernel = parameters.get(key.replace(/\.bias$/, '.weight')) ?? shape
    return { is: 'uniform', bound: 1 / Math.sqrt(inputsOf(kernel)) }
  }
}

/** Numbers of one piece: 16 MB. */
const PIECE = 1 << 22

/** The tensors of a network at its start, each made piece by piece while it is written; f32. */
export function startingTensors(
  parameters: ReadonlyMap<string, readonly number[]>,
  startOf: StartOf,
  seed: number,
): Map<string, TensorPieces> {
  return new Map(
    [...parameters].map(([key, shape]) => {
      const start = startOf(key, shape)
      return [key, { dtype: 'f32' as const, shape, pieces: () => pieces(start, sizeOf(shape), new RandomNumbers(seed, key)) }]
    }),
  )
}

function* pieces(start: Start, size: number, random: RandomNumbers): Generator<Uint8Array> {
  for (let at = 0; at < size; at += PIECE) {
    const numbers = new Float32Array(Math.min(PIECE, size - at))
    if (start.is === 'constant') numbers.fill(start.value)
    else if (start.is === 'uniform') random.uniform(numbers, start.bound)
    else random.normal(numbers, start.deviation)
    yield new Uint8Array(numbers.buffer)
  }
}
