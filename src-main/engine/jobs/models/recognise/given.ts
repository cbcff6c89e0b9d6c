import { existsSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { onFile } from '../../../files/file-error'
import { readWhole } from '../../../files/read-bytes'
import { parseJsonObject } from '../../../weights/json-object'
import { openFolder, openWeights } from '../../../weights/open-weights'
import type { TensorRef, WeightSource } from '../../../weights/tensor-ref'
import { WeightsError } from '../../../weights/weights-error'
import { ModelsError } from '../models-error'

/** Weights as a person gave them: a file or a folder. */
export interface Given {
  readonly path: string
  /** Where config.json and tokenizer.json are looked for. */
  readonly folder: string
  readonly source: WeightSource
  /** Of the config.json beside the weights, if there is one. */
  readonly config: Readonly<Record<string, unknown>> | undefined
}

const LARGEST_CONFIG = 4 * 1024 * 1024

/** Opens what a person names; reads no weights. Throws WeightsError, FileError, ModelsError. */
export function openGiven(path: string): Given {
  const isFolder = onFile(path, () => statSync(path)).isDirectory()
  const folder = isFolder ? path : dirname(path)
  const source = isFolder ? openInFolder(path) : openWeights(path)
  return { path, folder, source, config: configIn(folder) }
}

/** A folder with the names of a component, or with one file of weights of any name. */
function openInFolder(folder: string): WeightSource {
  const files = onFile(folder, () => readdirSync(folder))
  const indexes = files.filter((name) => name.endsWith('.index.json'))
  const weights = files.filter((name) => /\.(safetensors|bin|pth?|ckpt)$/.test(name))
  const [index] = indexes
  const [only] = weights
  if (indexes.length === 1 && index !== undefined) return openWeights(join(folder, index))
  if (weights.length === 1 && only !== undefined) return openWeights(join(folder, only))
  if (weights.length === 0) {
    throw new ModelsError(
      'models.unknown',
      `${folder} holds no weights.`,
      'Name a .safetensors, .bin, .pth or .pt file, or its folder.',
    )
  }
  try {
    return openFolder(folder)
  } catch (error) {
    if (!(error instanceof WeightsError) || error.code !== 'weights.format') throw error
    const shown = weights.slice(0, 5).join(', ')
    throw new ModelsError('models.unknown', `${folder} holds several files of weights: ${shown}.`, 'Name the file itself.')
  }
}

function configIn(folder: string): Record<string, unknown> | undefined {
  const file = join(folder, 'config.json')
  if (!existsSync(file)) return undefined
  const parsed = parseJsonObject(readWhole(file, LARGEST_CONFIG))
  if (parsed.ok) return Object.fromEntries(parsed.entries)
  throw new ModelsError('models.config', `${file} is damaged: ${parsed.why}.`, 'Fetch it again, or move it away.')
}

/** Tensors by the keys of their network. */
export type Tensors = ReadonlyMap<string, TensorRef>

/** The tensors under a prefix, which is cut off. */
export function under(tensors: Tensors, prefix: string): Map<string, TensorRef> {
  const found = new Map<string, TensorRef>()
  for (const [key, ref] of tensors) if (key.startsWith(prefix)) found.set(key.slice(prefix.length), ref)
  return found
}

/**
 * What stands before the keys of a network whose key `anchor` is: nothing, `module.`, `state_dict.model.`, `ema.` …; undefined where the
 * network is not there. Averaged weights are preferred, then the shortest.
 */
export function prefixOf(tensors: Tensors, anchor: string): string | undefined {
  const found = [...tensors.keys()]
    .filter((key) => key === anchor || key.endsWith(`.${anchor}`))
    .map((key) => key.slice(0, key.length - anchor.length))
  const isAverage = (prefix: string): boolean => /(^|[._])ema([._]|$)/i.test(prefix)
  return found.sort((a, b) => Number(isAverage(b)) - Number(isAverage(a)) || a.length - b.length)[0]
}
