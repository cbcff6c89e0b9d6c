import { freemem } from 'node:os'
import type { Recipe } from '#shared/schema/recipe'
import { EngineError } from '../../ir/errors'
import { sizeOf } from '../../ir/tensor'
import type { TimCheckpoint } from '../../models/tim/load'
import { storedBytes, transformerMemory, type StoredBytes } from '../../models/tim/memory'
import { staysStored } from '../../models/tim/open-network'

/** What a picture's memory depends on beside the network. */
export interface PictureRun {
  /** Cells of the latent. */
  readonly height: number
  readonly width: number
  readonly captionTokens: number
  readonly guided: boolean
  readonly streamed: boolean
  /** Bytes at the peak of a process that decodes the picture and no more. */
  readonly decode: number
}

/** Bytes at the peak of a picture, as chosen and with the choices that take less. */
export interface MemoryEstimate {
  readonly bytes: number
  /** With one block of the network in memory at a time. */
  readonly streamed: number
  /** Weights alone, as they are stored. */
  readonly weights: number
}

/**
 * The memory that a picture takes at its peak (PSS): of sampling, the text encoder released, or of decoding, the network's weights still
 * there for the next picture. Pure: reads no weights.
 */
export function estimateMemory(checkpoint: TimCheckpoint, run: PictureRun): MemoryEstimate {
  const { config, parameters } = checkpoint
  const stored = storedBytes(checkpoint)
  const tokens = (run.height * run.width) / config.patch_size ** 2
  const of = (streamed: boolean): number => {
    const weights = streamed || staysStored(checkpoint, {}) ? stored : widenedBytes(parameters)
    const batch = run.guided ? 2 : 1
    const sampling = transformerMemory(config, { weights, tokens, batch, captionTokens: run.captionTokens, streamed })
    return Math.max(sampling, run.decode + (streamed ? 0 : weights.body + weights.rows + weights.rest))
  }
  return { bytes: of(run.streamed), streamed: of(true), weights: stored.body + stored.rows + stored.rest }
}

/** A small network is widened to f32 and repacked in memory: twice its f32 size. */
function widenedBytes(parameters: TimCheckpoint['parameters']): StoredBytes {
  return { body: 0, rows: 0, rest: 2 * 4 * [...parameters.values()].reduce((sum, shape) => sum + sizeOf(shape), 0), widened: 0 }
}

/**
 * Refuses a picture that cannot fit into `available` bytes, naming the choices that make it fit.
 * Throws EngineError `memory.too-little`.
 */
export function checkMemory(
  estimate: MemoryEstimate,
  recipe: Pick<Recipe, 'width' | 'height' | 'precision'>,
  available: number,
): void {
  if (estimate.bytes <= available) return
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`
  const smaller = SMALLER.filter(
    ({ precision, bits }) =>
      bits < bitsOf(recipe.precision) &&
      estimate.bytes - saved(estimate, recipe.precision, bits) <= available &&
      precision !== recipe.precision,
  )
  const choices = [
    ...(estimate.streamed <= available && estimate.streamed < estimate.bytes
      ? [`stream the network (${gigabytes(estimate.streamed)}; tim generate --stream)`]
      : []),
    ...smaller.slice(0, 1).map(({ precision, bits }) => {
      return `import the model with --precision ${precision} (${gigabytes(estimate.bytes - saved(estimate, recipe.precision, bits))})`
    }),
  ]
  throw new EngineError(
    'memory.too-little',
    `A picture of ${recipe.width} × ${recipe.height} needs ${gigabytes(estimate.bytes)} of memory with this model in ${recipe.precision}; ${gigabytes(available)} are free.`,
    choices.length > 0
      ? `To make it fit: ${choices.join(', or ')}. Or close other programs.`
      : 'Choose a smaller size, or close other programs.',
  )
}

/** Bits of a stored weight on average, companions included, from the one nearest to the original on. */
const SMALLER = [
  { precision: 'f16', bits: 16 },
  { precision: 'q8', bits: 8.3 },
  { precision: 'q4', bits: 5.4 },
] as const

function bitsOf(precision: Recipe['precision']): number {
  return SMALLER.find((one) => one.precision === precision)?.bits ?? (precision === 'int8' ? 8.3 : 32)
}

function saved({ weights }: MemoryEstimate, from: Recipe['precision'], bits: number): number {
  return weights * (1 - bits / bitsOf(from))
}

/** Bytes that this process may still take: of the machine, or of the container it runs in. */
export function availableMemory(): number {
  return typeof process.availableMemory === 'function' ? process.availableMemory() : freemem()
}
