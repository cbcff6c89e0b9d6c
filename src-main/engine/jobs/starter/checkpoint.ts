import { existsSync } from 'node:fs'
import { f32, type Tensor } from '../../ir/tensor'
import type { AdamWState, ParameterMap } from '../../training/adamw'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'

/** Everything a training needs to go on. */
export interface Checkpoint<S> {
  readonly weights: ParameterMap
  readonly average: ParameterMap
  readonly optimiser: AdamWState
  /** Plain data: counters, random states. */
  readonly state: S
}

/** Prefix of the average weights' keys. */
export const AVERAGE = 'average.'
const PARTS = { weights: 'weights.', average: AVERAGE, first: 'first.', second: 'second.' } as const

/** Writes a checkpoint to `path` in one piece: a crash leaves the old one. */
export async function saveCheckpoint<S>(
  path: string,
  { weights, average, optimiser, state }: Checkpoint<S>,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  const tensors: Record<string, Tensor> = {}
  const parts = { weights, average, first: optimiser.first, second: optimiser.second }
  for (const [part, values] of Object.entries(parts)) {
    for (const [key, data] of values)
      tensors[PARTS[part as keyof typeof parts] + key] = f32(shapes.get(key) ?? [data.length], data)
  }
  await writeSafetensors(path, tensors, { metadata: { state: JSON.stringify(state), steps: String(optimiser.steps) } })
}

/** The checkpoint at `path`, or undefined where there is none. */
export function loadCheckpoint<S>(path: string): Checkpoint<S> | undefined {
  if (!existsSync(path)) return undefined
  const file = openSafetensors(path)
  const part = (prefix: string): Map<string, Float32Array> =>
    new Map(
      [...file.tensors.keys()]
        .filter((key) => key.startsWith(prefix))
        .map((key) => [key.slice(prefix.length), (file.read(key) as Tensor<'f32'>).data]),
    )
  return {
    weights: part(PARTS.weights),
    average: part(PARTS.average),
    optimiser: { steps: Number(file.metadata['steps']), first: part(PARTS.first), second: part(PARTS.second) },
    state: JSON.parse(file.metadata['state'] ?? '{}') as S,
  }
}
