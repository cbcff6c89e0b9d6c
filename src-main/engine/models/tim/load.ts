import { join } from 'node:path'
import { readWhole } from '../../files/read-bytes'
import type { Tensor } from '../../ir/tensor'
import { readF32 } from '../../weights/convert'
import { parseJsonObject } from '../../weights/json-object'
import { openFolder } from '../../weights/open-weights'
import { logicalShape } from '../../weights/stored'
import { missingKey, type WeightSource } from '../../weights/tensor-ref'
import { WeightsError } from '../../weights/weights-error'
import { TimConfig } from './config'
import { timParameters } from './parameters'

const LARGEST_CONFIG = 1 << 20

/** A checkpoint whose keys and shapes are those of its config. */
export interface TimCheckpoint {
  readonly config: TimConfig
  readonly source: WeightSource
  /** Keys and shapes of the network's parameters; with those of the projector where the file has them. */
  readonly parameters: ReadonlyMap<string, readonly number[]>
}

/**
 * Opens a component folder (config.json, model.safetensors) and checks every parameter's shape; reads no weights yet.
 * Keys that the network does not know are left alone. Throws WeightsError or FileError naming file, key and what was expected.
 */
export function openTim(folder: string): TimCheckpoint {
  const config = readTimConfig(join(folder, 'config.json'))
  const source = openFolder(folder)
  const parameters = timParameters(config, { projector: source.tensors.has('projector.0.weight') })
  for (const [key, shape] of parameters) {
    const ref = source.tensors.get(key)
    if (!ref) throw missingKey(source.path, key)
    const stored = logicalShape(source, key)
    if (stored.join() !== shape.join()) {
      const what = `has '${key}' of shape (${stored.join(', ')}); its config.json says (${shape.join(', ')})`
      throw new WeightsError('weights.config', source.path, what, 'Check that weights and config.json belong together.')
    }
  }
  return { config, source, parameters }
}

/** The weights of a checkpoint as f32 in host memory, whatever they are stored in. */
export function readTimWeights({ source, parameters }: TimCheckpoint): Record<string, Tensor<'f32'>> {
  return Object.fromEntries([...parameters.keys()].map((key) => [key, readF32(source, key)]))
}

/** Reads config.json of a TiM network. Throws WeightsError naming the setting that is missing or not allowed. */
export function readTimConfig(file: string): TimConfig {
  const wrong = (what: string): WeightsError =>
    new WeightsError('weights.config', file, what, 'Give the config.json that came with these weights.')
  const parsed = parseJsonObject(readWhole(file, LARGEST_CONFIG))
  if (!parsed.ok) throw wrong(`cannot be read: ${parsed.why}`)
  const settings = Object.fromEntries(parsed.entries)
  if (!('cap_feat_dim' in settings) && !('num_classes' in settings)) {
    throw wrong('names neither cap_feat_dim (text) nor num_classes (classes), so it is no config of a TiM network')
  }
  const config = TimConfig.safeParse(settings)
  if (config.success) return config.data
  // Of the two kinds of network the file means the one whose setting it names; its complaints come in the union's order.
  const [issue] = config.error.issues
  const kind = 'cap_feat_dim' in settings ? 0 : 1
  const inner = issue?.code === 'invalid_union' ? issue.errors[kind]?.[0] : issue
  const at = inner?.path.join('.') ?? ''
  throw wrong(`${at === '' ? 'is not allowed' : `has '${at}' wrong`}: ${inner?.message ?? 'unknown'}`)
}
