import { z } from 'zod'
import { sizeOf, tensor, type Tensor } from '../../ir/tensor'
import { startNoise } from '../../diffusion/noise/batch-noise'
import { imageNoise, NOISE_KINDS } from '../../diffusion/noise/image-noise'
import { TorchNormal } from '../../diffusion/noise/torch-noise'
import { defineComponent } from './component'
import { ProbeError } from './probe-error'

/** More numbers than any picture needs: 1 GiB of float32. */
const LARGEST = 2 ** 28

/** Starting noise of a seed: torch.randn(shape), or counter noise where the first axis counts pictures. */
export const noise = defineComponent({
  summary: '(options seed, shape) → noise',
  needs: { model: false, input: false, output: true, adapter: 'no' },
  options: z.object({
    seed: z.int().min(0).default(0),
    shape: z.array(z.int().min(1)).min(1).max(8),
    noise: z.enum(NOISE_KINDS).default('torch'),
    image_index: z.int().min(0).default(0),
  }),
  run: async ({ options }) => {
    const { shape } = options
    if (sizeOf(shape) > LARGEST) {
      throw new ProbeError(
        'probe.options',
        `Option 'shape': ${shape.join(' × ')} is more than ${LARGEST} numbers.`,
        'Ask for less noise.',
      )
    }
    return { tensors: { noise: options.noise === 'torch' ? torchNoise(options) : counterNoise(options) } }
  },
})

interface NoiseRequest {
  readonly seed: number
  readonly shape: readonly number[]
  readonly image_index: number
}

function torchNoise({ seed, shape, image_index: index }: NoiseRequest): Tensor<'f32'> {
  if (index === 0) return tensor('f32', shape, new TorchNormal(seed).randn(sizeOf(shape)))
  return tensor('f32', shape, imageNoise('torch', seed, index).start(sizeOf(shape)))
}

function counterNoise({ seed, shape: [pictures = 1, ...rest], image_index: first }: NoiseRequest): Tensor<'f32'> {
  return startNoise(
    Array.from({ length: pictures }, (_, i) => imageNoise('philox4x32-10/1', seed, first + i)),
    rest,
  )
}
