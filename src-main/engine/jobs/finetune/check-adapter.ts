import { f32 } from '../../ir/tensor'
import type { Adapter } from '../../models/peft/adapter'
import { openSafetensors } from '../../weights/safetensors'
import { TrainingError } from '../../training/training-error'
import { adapterNorms, type AdapterNorms } from '../adapters/verify'

/**
 * Reads a checkpoint as the disk has it: each number finite (averages and moments too), and each target really changed. Throws
 * TrainingError, or AdapterError naming the layer.
 */
export function checkCheckpoint(file: string, { layers, weights }: Adapter): AdapterNorms {
  const source = openSafetensors(file)
  const stored = new Map([...source.tensors.keys()].map((key) => [key, source.read(key).data as Float32Array]))
  for (const [key, values] of stored) {
    if (values.every((value) => Number.isFinite(value))) continue
    const remedy = 'Go on from an earlier checkpoint, with a lower learning rate.'
    throw new TrainingError('training.diverged', `In ${file} '${key}' holds numbers that are not finite.`, remedy)
  }
  const learnt = Object.entries(weights).map(([key, { shape }]) => [key, f32(shape, stored.get(`weights.${key}`) ?? [])] as const)
  return adapterNorms(file, { layers, weights: Object.fromEntries(learnt) })
}
