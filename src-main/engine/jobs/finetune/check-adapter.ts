import { openSafetensors } from '../../weights/safetensors'
import type { Adapter } from '../../models/peft/adapter'
import type { LowRankLayer } from '../../nn/low-rank'
import type { ParameterMap } from '../../training/adamw'
import { TrainingError } from '../../training/training-error'

/** How much an adapter changes its layers: ‖ΔW‖ of the smallest and of the largest change. */
export interface AdapterChange {
  readonly smallest: number
  readonly largest: number
}

/**
 * Reads an adapter's weights and checks that each number is finite and each target changes its layer. Throws TrainingError naming the
 * layer.
 */
export function checkAdapter(file: string, { layers }: Pick<Adapter, 'layers'>, weights: ParameterMap): AdapterChange {
  for (const [key, values] of weights) {
    if (!values.every((value) => Number.isFinite(value))) throw unsound(file, `'${key}' holds numbers that are not finite`)
  }
  const changes = [...layers].map(([module, layer]) => {
    const change = changeOf(layer, weights)
    if (!(change > 0)) throw unsound(file, `the change of '${module}' is zero`)
    return change
  })
  return { smallest: Math.min(...changes), largest: Math.max(...changes) }
}

/** The tensors under `prefix` in a file of f32 tensors. Throws WeightsError, FileError. */
export function readWeights(file: string, prefix: string): Map<string, Float32Array> {
  const source = openSafetensors(file)
  const found = [...source.tensors.keys()].filter((key) => key.startsWith(prefix))
  return new Map(found.map((key) => [key.slice(prefix.length), source.read(key).data as Float32Array]))
}

function unsound(file: string, what: string): TrainingError {
  return new TrainingError(
    'training.diverged',
    `In ${file} ${what}.`,
    'Go on from an earlier checkpoint, with another learning rate.',
  )
}

/** ‖s·B·A‖ in Frobenius' norm, from the small products BᵀB and AAᵀ: ‖BA‖² = Σ (BᵀB)∘(AAᵀ). */
function changeOf({ a, b, rank, scale }: LowRankLayer, weights: ParameterMap): number {
  const [down = new Float32Array(0), up = new Float32Array(0)] = [weights.get(a), weights.get(b)]
  const inner = down.length / rank
  const out = up.length / rank
  let sum = 0
  for (let i = 0; i < rank; i++) {
    for (let j = 0; j < rank; j++) {
      let [aa, bb] = [0, 0]
      for (let k = 0; k < inner; k++) aa += (down[i * inner + k] ?? 0) * (down[j * inner + k] ?? 0)
      for (let k = 0; k < out; k++) bb += (up[k * rank + i] ?? 0) * (up[k * rank + j] ?? 0)
      sum += aa * bb
    }
  }
  return Math.abs(scale) * Math.sqrt(Math.max(0, sum))
}
