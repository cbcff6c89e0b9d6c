import { sizeOf, tensor, type Tensor } from '../../ir/tensor'
import type { ImageNoise } from './image-noise'
import { joined } from '../linear'

/** Starting noise of a batch, (B,C,H,W), each picture from its own source. `shape` is one picture's (C,H,W). */
export function startNoise(images: readonly ImageNoise[], shape: readonly number[]): Tensor<'f32'> {
  return tensor('f32', [images.length, ...shape], joined(images.map((image) => image.start(sizeOf(shape)))))
}

/** The noise callback of a stochastic path over a batch. */
export function stepNoise(images: readonly ImageNoise[]): (step: number, length: number) => Float32Array {
  return (step, length) => joined(images.map((image) => image.step(step, length / images.length)))
}
