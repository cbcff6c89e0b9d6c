import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readWhole } from '../files/read-bytes'
import { parseJsonObject } from './json-object'
import { openSafetensors } from './safetensors'
import { missingKey, weightSource, type TensorRef, type WeightSource } from './tensor-ref'
import { FETCH_AGAIN, WeightsError } from './weights-error'

const LARGEST_INDEX = 32 * 1024 * 1024

/**
 * Opens a sharded checkpoint by its index (`model.safetensors.index.json`: {"weight_map": {key: file}}).
 * Shards are plain names beside the index. Throws WeightsError or FileError.
 */
export function openShards(indexPath: string): WeightSource {
  const wrong = (what: string): WeightsError => new WeightsError('weights.index', indexPath, what, FETCH_AGAIN)
  const parsed = parseJsonObject(readWhole(indexPath, LARGEST_INDEX))
  if (!parsed.ok) throw wrong(`is damaged: ${parsed.why}`)
  if (parsed.duplicate !== undefined) throw wrong(`names '${parsed.duplicate}' twice`)
  const map = parsed.entries.get('weight_map')
  if (typeof map !== 'object' || map === null || Array.isArray(map)) throw wrong('has no weight_map')
  const shards = new Map<string, WeightSource>()
  const refs: TensorRef[] = []
  for (const [key, shard] of Object.entries(map)) {
    if (typeof shard !== 'string' || !isPlainName(shard)) {
      throw wrong(`places '${key}' in ${JSON.stringify(shard)}, which is not the plain name of a file beside it`)
    }
    const source = shards.get(shard) ?? openSafetensors(join(dirname(indexPath), shard))
    shards.set(shard, source)
    const ref = source.tensors.get(key)
    if (!ref) throw missingKey(source.path, key)
    refs.push(ref)
  }
  return weightSource(indexPath, refs)
}

/** No folder, no drive, no parent: a file name that stays beside the index. */
function isPlainName(name: string): boolean {
  return /^[\w.-]+\.safetensors$/.test(name) && !name.startsWith('.') && basename(name) === name
}

/** The weights of a component folder: `model.safetensors`, its sharded index, or diffusers' name for the same. */
export function openFolder(folder: string): WeightSource {
  for (const stem of ['model', 'diffusion_pytorch_model']) {
    const single = join(folder, `${stem}.safetensors`)
    if (existsSync(single)) return openSafetensors(single)
    const index = join(folder, `${stem}.safetensors.index.json`)
    if (existsSync(index)) return openShards(index)
  }
  throw new WeightsError(
    'weights.format',
    folder,
    'holds no model.safetensors',
    'Name a folder with config.json and model.safetensors.',
  )
}
