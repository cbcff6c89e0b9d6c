import { existsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { readAt, readWhole, withFile } from '../files/read-bytes'
import { parseJsonObject } from './json-object'
import { openSafetensors } from './safetensors'
import { missingKey, weightSource, type TensorRef, type WeightSource } from './tensor-ref'
import { openTorch } from './torch-zip'
import { FETCH_AGAIN, WeightsError } from './weights-error'

/** Ten times those of the largest models; in memory an index takes several times its bytes. */
const LARGEST_INDEX = 2 * 1024 * 1024

/** Opens a file of weights by its content: .safetensors, PyTorch's zip, or the index of a sharded one. Throws WeightsError, FileError. */
export function openWeights(path: string): WeightSource {
  if (path.endsWith('.index.json')) return openShards(path)
  const start = withFile(path, (descriptor) => readAt(descriptor, 0, 9))
  const [first, second] = start
  if (first === 0x50 && second === 0x4b) return openTorch(path)
  // Before 2020 torch.save wrote a bare pickle.
  if (first === 0x80 && start[8] !== 0x7b) {
    const remedy = 'Load it in PyTorch and save it again, or convert it to .safetensors.'
    throw new WeightsError('weights.format', path, 'is a pickle of old PyTorch, which is not read', remedy)
  }
  return openSafetensors(path)
}

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
    const source = shards.get(shard) ?? openWeights(join(dirname(indexPath), shard))
    shards.set(shard, source)
    const ref = source.tensors.get(key)
    if (!ref) throw missingKey(source.path, key)
    refs.push(ref)
  }
  return weightSource(indexPath, refs)
}

/** No folder, no drive, no parent: the name of a weights file that stays beside the index. */
function isPlainName(name: string): boolean {
  return /^\w[\w.-]*\.(safetensors|bin)$/.test(name) && basename(name) === name
}

/** The names that component folders use for their weights, ours first. */
const STEMS = ['model.safetensors', 'diffusion_pytorch_model.safetensors', 'pytorch_model.bin', 'diffusion_pytorch_model.bin']

/** The file, or index of shards, that holds the weights of a component folder; undefined where it has none of the usual names. */
export function weightsFileIn(folder: string): string | undefined {
  return STEMS.flatMap((stem) => [stem, `${stem}.index.json`])
    .map((name) => join(folder, name))
    .find((path) => existsSync(path))
}

/** The weights of a component folder: one file or its shards. Throws WeightsError, FileError. */
export function openFolder(folder: string): WeightSource {
  const file = weightsFileIn(folder)
  if (file !== undefined) return openWeights(file)
  throw new WeightsError(
    'weights.format',
    folder,
    'holds no model.safetensors',
    'Name a folder with config.json and model.safetensors.',
  )
}
