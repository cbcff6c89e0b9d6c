import type { Tensor } from '../../ir/tensor'
import { EngineError } from '../../ir/errors'
import { lowRankShapes, type AdaptableLayer, type LowRankLayer, type LowRankLayers } from '../../nn/low-rank'

/** An adapter: what it does to which layer, and its weights by the keys that PEFT gives them. */
export interface Adapter {
  readonly layers: LowRankLayers
  readonly weights: Readonly<Record<string, Tensor<'f32'>>>
}

/** An adapter that does not fit its network, or is none. Names the file. */
export class AdapterError extends EngineError {
  constructor(
    code: 'adapter.format' | 'adapter.module' | 'adapter.shape' | 'adapter.base' | 'adapter.values' | 'adapter.place',
    message: string,
    remedy: string,
  ) {
    super(code, message, remedy)
  }
}

/** PEFT's keys of a layer's factors and magnitudes. */
export function adapterKeys(module: string): Record<'a' | 'b' | 'magnitude', string> {
  const stem = `base_model.model.${module}`
  return { a: `${stem}.lora_A.weight`, b: `${stem}.lora_B.weight`, magnitude: `${stem}.lora_magnitude_vector` }
}

/** What a file holds for one layer. */
export interface LayerParts {
  readonly a: Tensor<'f32'>
  readonly b: Tensor<'f32'>
  readonly magnitude?: Tensor<'f32'>
  readonly scale: number
}

/**
 * An adapter from its layers' parts. The rank is that of A. Throws AdapterError naming a layer that the network lacks or whose shapes
 * do not fit.
 */
export function assembleAdapter(
  file: string,
  parts: ReadonlyMap<string, LayerParts>,
  network: readonly AdaptableLayer[],
): Adapter {
  const known = new Map(network.map((layer) => [layer.key, layer]))
  const layers = new Map<string, LowRankLayer>()
  const weights: Record<string, Tensor<'f32'>> = {}
  for (const [module, { a, b, magnitude, scale }] of parts) {
    const layer = known.get(module)
    if (!layer) throw unknownModule(file, module)
    const [rank = 0] = a.shape
    const shapes = lowRankShapes(layer, rank)
    const keys = adapterKeys(module)
    weights[keys.a] = fitted(file, `A of '${module}'`, a, shapes.a)
    weights[keys.b] = fitted(file, `B of '${module}'`, b, shapes.b)
    if (magnitude) weights[keys.magnitude] = fitted(file, `magnitudes of '${module}'`, magnitude, shapes.magnitude)
    const { kernel } = layer
    layers.set(module, {
      a: keys.a,
      b: keys.b,
      rank,
      scale,
      ...(kernel && { kernel }),
      ...(magnitude && { magnitude: keys.magnitude }),
    })
  }
  return { layers, weights }
}

/** The layer `module` of a file that the network does not have. */
export function unknownModule(file: string, module: string): AdapterError {
  const message = `${file} adapts '${module}', which the network does not have.`
  return new AdapterError('adapter.module', message, 'Use the adapter with the model it was trained for.')
}

/** A tensor in the shape wanted; axes of one are added or dropped. Throws AdapterError. */
function fitted(file: string, name: string, tensor: Tensor<'f32'>, shape: readonly number[]): Tensor<'f32'> {
  const core = (axes: readonly number[]): string => axes.filter((axis) => axis !== 1).join()
  if (core(tensor.shape) === core(shape)) return { ...tensor, shape }
  const message = `${file} has ${name} of shape (${tensor.shape.join(', ')}); the network needs (${shape.join(', ')}).`
  throw new AdapterError('adapter.shape', message, 'Use the adapter with the model it was trained for.')
}
