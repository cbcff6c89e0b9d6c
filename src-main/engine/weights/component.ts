import { join } from 'node:path'
import type { z } from 'zod'
import { readWhole } from '../files/read-bytes'
import { parseJsonObject } from './json-object'
import { openFolder } from './open-weights'
import type { WeightSource } from './tensor-ref'
import { WeightsError } from './weights-error'

/** A network at rest: what it is like, and its weights. */
export interface Component<Config> {
  readonly folder: string
  readonly config: Config
  readonly weights: WeightSource
}

const LARGEST_CONFIG = 2 * 1024 * 1024

/** Opens a component folder: `config.json`, checked by `schema`, and `model.safetensors` (or its shards). Throws WeightsError, FileError. */
export function openComponent<S extends z.ZodType>(folder: string, schema: S): Component<z.output<S>> {
  return { folder, config: readConfig(join(folder, 'config.json'), schema), weights: openFolder(folder) }
}

/** A JSON file checked by `schema`. Throws WeightsError naming the field that is wrong. */
export function readConfig<S extends z.ZodType>(path: string, schema: S): z.output<S> {
  const parsed = parseJsonObject(readWhole(path, LARGEST_CONFIG))
  const remedy = 'Use the file that belongs to these weights.'
  if (!parsed.ok) throw new WeightsError('weights.config', path, `is damaged: ${parsed.why}`, remedy)
  const checked = schema.safeParse(Object.fromEntries(parsed.entries))
  if (checked.success) return checked.data
  const [issue] = checked.error.issues
  const field = issue?.path.map(String).join('.') || 'it'
  throw new WeightsError(
    'weights.config',
    path,
    `does not describe what is expected: ${field}: ${issue?.message ?? 'wrong'}`,
    remedy,
  )
}
