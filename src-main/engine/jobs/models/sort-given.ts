import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { ImportGivenTask, ImportTask, ModelPart } from '#shared/engine/models'
import { onFile } from '../../files/file-error'
import { weightsFileIn } from '../../weights/open-weights'
import { ModelsError } from './models-error'
import { partOfFile, recognise } from './recognise/recognise'

/** How deep below a given folder its parts may lie: a folder of downloads, each repository in a folder of its own. */
const DEPTH = 2
/** A folder with more than this is no folder of a model. */
const MOST_ENTRIES = 2000

const TOKENIZER = 'tokenizer.json'
const WEIGHTS = /\.(safetensors|bin|pth?|ckpt)$/
const NAMES: { readonly [P in ModelPart]: string } = {
  transformer: 'TiM transformer (t2i_model.bin, c2i_model_256.safetensors, …)',
  autoencoder: 'autoencoder (DC-AE f32c32 or SD-VAE)',
  text: 'text encoder (google/gemma-3-1b-it)',
}

/**
 * What was given, in any order, as the parts of an import: each file, and each that lies in a folder, is told by its keys and shapes.
 * What is no known network (other weights, pictures, a licence) is passed over. Throws ModelsError where a part is missing or there
 * twice; WeightsError, FileError.
 */
export function sortGiven({ given, ...task }: ImportGivenTask): ImportTask {
  const files = [...new Set(given.flatMap((path) => filesIn(path, DEPTH)))]
  const parts = new Map<ModelPart, string>()
  for (const path of files.filter((file) => basename(file) !== TOKENIZER)) {
    const part = partOfFile(path)
    const other = part && parts.get(part)
    if (part !== undefined && other !== undefined) throw twice(part, other, path)
    if (part !== undefined) parts.set(part, path)
  }
  const need = (part: ModelPart): string => parts.get(part) ?? missing(part, given, files)
  const [transformer, autoencoder, text] = [need('transformer'), need('autoencoder'), parts.get('text')]
  const tokenizer = files.find((file) => basename(file) === TOKENIZER)
  const hasOwn = text !== undefined && existsSync(join(dirname(text), TOKENIZER))
  return {
    ...task,
    kind: 'import',
    transformer,
    autoencoder,
    ...(text === undefined ? {} : { text }),
    ...(tokenizer === undefined || hasOwn ? {} : { tokenizer }),
  }
}

/** Files of weights (of shards: their index) and tokenizers: the path itself, or what a folder holds. */
function filesIn(path: string, depth: number): string[] {
  if (!onFile(path, () => statSync(path)).isDirectory()) {
    return WEIGHTS.test(path) || path.endsWith('.index.json') || basename(path) === TOKENIZER ? [path] : []
  }
  if (existsSync(join(path, 'model.json'))) throw alreadyModel(path)
  const entries = onFile(path, () => readdirSync(path, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'))
  if (entries.length > MOST_ENTRIES) return []
  const isFolder = (name: string): boolean => statSync(join(path, name), { throwIfNoEntry: false })?.isDirectory() ?? false
  const folders = entries.map(({ name }) => name).filter(isFolder)
  const tokenizer = existsSync(join(path, TOKENIZER)) ? [join(path, TOKENIZER)] : []
  // One network in several formats, or in shards, is one file.
  const usual = weightsFileIn(path)
  const loose = entries.map(({ name }) => name).filter((name) => WEIGHTS.test(name) && !folders.includes(name))
  const own = usual === undefined ? loose.map((name) => join(path, name)) : [usual]
  const below = depth === 0 ? [] : folders.flatMap((name) => filesIn(join(path, name), depth - 1))
  return [...own, ...tokenizer, ...below]
}

function twice(part: ModelPart, one: string, other: string): ModelsError {
  return new ModelsError('models.part', `${one} and ${other} are both a ${NAMES[part]}.`, 'Give one of each part.')
}

function missing(part: ModelPart, given: readonly string[], files: readonly string[]): never {
  const [only, ...others] = files.filter((file) => basename(file) !== TOKENIZER)
  // Of one file, what it is instead says more than what it is not.
  if (part === 'transformer' && only !== undefined && others.length === 0) recognise(only, part)
  const names = given.map((path) => basename(path)).join(', ')
  throw new ModelsError('models.part', `There is no ${NAMES[part]} in ${names}.`, 'Give all parts of the model together.')
}

function alreadyModel(path: string): ModelsError {
  const remedy = 'Copy its folder into the library’s folder of models.'
  return new ModelsError('models.part', `${path} is a model of the studio, not published files.`, remedy)
}
