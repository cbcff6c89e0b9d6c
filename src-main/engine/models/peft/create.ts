import { TorchUniform } from '../../diffusion/noise/torch-uniform'
import { f32, sizeOf, zeros, type Tensor } from '../../ir/tensor'
import { lowRankShapes, type AdaptableLayer, type LowRankLayer } from '../../nn/low-rank'
import { adapterKeys, type Adapter } from './adapter'
import { scaleOf, type AdapterSpec } from './spec'
import { targetLayers, type TargetLayer } from './targets'

/**
 * A new adapter as `torch.manual_seed(seed)` and PEFT's get_peft_model make it, bit for bit: A Kaiming-uniform with a = √5, so within
 * ±1/√fan_in, B zero; DoRA's magnitudes are the norms of the weight's rows. `weight` reads a layer's weight, (O,I) or (O,C,p,p).
 * Throws EngineError where a target matches nothing.
 */
export function createAdapter(
  spec: AdapterSpec,
  layers: readonly AdaptableLayer[],
  options: { readonly seed: number; readonly weight: (key: string) => Tensor<'f32'> },
): Adapter {
  const random = new TorchUniform(options.seed)
  const found = new Map<string, LowRankLayer>()
  const weights: Record<string, Tensor<'f32'>> = {}
  for (const layer of targetLayers(spec, layers)) {
    const keys = adapterKeys(layer.key)
    const shapes = lowRankShapes(layer, layer.rank)
    const dora = spec.method === 'dora'
    weights[keys.a] = f32(shapes.a, drawDown(random, layer))
    weights[keys.b] = zeros('f32', shapes.b)
    if (dora) weights[keys.magnitude] = f32(shapes.magnitude, rowNorms(options.weight(layer.key)))
    const { a, b, magnitude } = keys
    const { rank, kernel } = layer
    const scale = scaleOf(spec.method, layer.alpha, rank)
    found.set(layer.key, { a, b, rank, scale, ...(kernel && { kernel }), ...(dora && { magnitude }) })
  }
  return { layers: found, weights }
}

/** A of one layer. torch.nn.Linear draws A and B once for itself before PEFT draws A anew: those numbers pass unused. */
function drawDown(random: TorchUniform, { out, in: inner, rank }: TargetLayer): Float32Array {
  const bound = Math.sqrt(3) * (Math.sqrt(2 / (1 + 5)) / Math.sqrt(inner))
  random.uniform(rank * inner, 0, 1)
  random.uniform(out * rank, 0, 1)
  return random.uniform(rank * inner, -bound, bound)
}

/** ‖W‖ of every row. Shape: (O, …) → (O). */
function rowNorms({ shape, data }: Tensor<'f32'>): Float32Array {
  const inner = sizeOf(shape.slice(1))
  return Float32Array.from({ length: shape[0] ?? 0 }, (_, row) => {
    let sum = 0
    for (let i = row * inner; i < (row + 1) * inner; i++) sum += (data[i] ?? 0) ** 2
    return Math.sqrt(sum)
  })
}
