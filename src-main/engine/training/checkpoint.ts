import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { f32, type Tensor } from '../ir/tensor'
import { openSafetensors } from '../weights/safetensors'
import type { WeightSource } from '../weights/tensor-ref'
import { writeSafetensors } from '../weights/write-safetensors'
import type { AdamWState, ParameterMap } from './adamw'
import { TrainingError } from './training-error'

/** Everything a run needs to go on exactly where it was. */
export interface Checkpoint<S> {
  readonly weights: ParameterMap
  readonly average: ParameterMap | undefined
  readonly optimiser: AdamWState
  /** Plain data: step, random numbers, deck, place in the data, settings. */
  readonly state: S
}

const VERSION = 2
/** The first version had no checksum. */
const READABLE = ['tim-checkpoint/1', `tim-checkpoint/${VERSION}`]

/** Keys of a checkpoint file are checkpoint keys behind these. */
const PREFIX = { weights: 'weights.', average: 'average.', first: 'first.', second: 'second.' } as const

/**
 * Writes a checkpoint as one .safetensors file in one piece: whatever happens, the name shows the old file or the whole new one.
 * Shapes come from `shapes`. Throws FileError.
 */
export async function writeCheckpoint<S>(
  path: string,
  { weights, average, optimiser, state }: Checkpoint<S>,
  shapes: ReadonlyMap<string, readonly number[]>,
): Promise<void> {
  const tensors = new Map<string, Tensor>()
  const put = (prefix: string, values: ParameterMap): void => {
    for (const [key, data] of values) tensors.set(prefix + key, f32(shapes.get(key) ?? [data.length], data))
  }
  put(PREFIX.weights, weights)
  if (average) put(PREFIX.average, average)
  put(PREFIX.first, optimiser.first)
  put(PREFIX.second, optimiser.second)
  const metadata = { format: `tim-checkpoint/${VERSION}`, updates: String(optimiser.steps), state: JSON.stringify(state) }
  await writeSafetensors(path, tensors, { metadata: { ...metadata, sha256: checksum(metadata, tensors) } })
}

/** Of a checkpoint's state and numbers, in the order of their keys: a disk may lose what it said it had written. */
function checksum(metadata: Readonly<Record<string, string>>, tensors: ReadonlyMap<string, Tensor>): string {
  const hash = createHash('sha256').update(JSON.stringify([metadata['format'], metadata['updates'], metadata['state']]))
  for (const [key, { shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${key} ${shape.join()}`)
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  }
  return hash.digest('hex')
}

/** Reads what `writeCheckpoint` wrote, whole and unchanged; `schema` reads the state. Throws WeightsError, FileError and TrainingError naming the file. */
export function readCheckpoint<S>(path: string, schema: z.ZodType<S>): Checkpoint<S> {
  const file = openSafetensors(path)
  const { format, updates, state } = file.metadata
  if (format === undefined || !READABLE.includes(format)) {
    throw new TrainingError(
      'training.checkpoint',
      `${path} is no checkpoint of this version (${format ?? 'no format'}).`,
      'Choose a checkpoint of this run.',
    )
  }
  const parsed = schema.safeParse(parseJson(state))
  const steps = Number(updates)
  if (!parsed.success || !Number.isSafeInteger(steps)) {
    throw new TrainingError('training.checkpoint', `${path} has a damaged state.`, 'Resume from an older checkpoint.', {
      cause: parsed.error,
    })
  }
  const tensors = new Map([...file.tensors.keys()].map((key) => [key, file.read(key)]))
  if (format !== READABLE[0] && file.metadata['sha256'] !== checksum(file.metadata, tensors)) {
    throw new TrainingError(
      'training.checkpoint',
      `${path} has changed since it was written.`,
      'Resume from an older checkpoint.',
    )
  }
  const average = partOf(file, PREFIX.average)
  return {
    weights: partOf(file, PREFIX.weights),
    average: average.size === 0 ? undefined : average,
    optimiser: { steps, first: partOf(file, PREFIX.first), second: partOf(file, PREFIX.second) },
    state: parsed.data,
  }
}

function partOf(file: WeightSource, prefix: string): Map<string, Float32Array> {
  const part = new Map<string, Float32Array>()
  for (const key of file.tensors.keys()) {
    if (!key.startsWith(prefix)) continue
    const { data } = file.read(key)
    if (data instanceof Float32Array) part.set(key.slice(prefix.length), data)
  }
  return part
}

function parseJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}
