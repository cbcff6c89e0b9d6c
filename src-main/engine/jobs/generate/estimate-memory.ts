import { freemem } from 'node:os'
import type { MemorySamples } from '#shared/schema/memory'
import type { MemoryWish, ModelMemory } from '#shared/schema/memory-need'
import { sizeOf } from '../../ir/tensor'
import { openAutoencoder } from '../../models/autoencoder/open'
import { openTim, type TimCheckpoint } from '../../models/tim/load'
import { storedBytes, transformerMemory, type GuidedPasses, type StoredBytes } from '../../models/tim/memory'
import { staysStored } from '../../models/tim/open-network'
import { componentFolder, type ModelFolder } from '../../weights/manifest'

/** Of a prompt of some length: what a caption takes is little beside the rest. */
const CAPTION_TOKENS = 64

/** What a picture's memory depends on beside the network. */
export interface PictureRun {
  /** Cells of the latent. */
  readonly height: number
  readonly width: number
  readonly captionTokens: number
  readonly passes: GuidedPasses
  readonly streamed: boolean
  /** Bytes at the peak of a process that decodes the picture and no more. */
  readonly decode: number
}

/**
 * The memory that a picture takes at its peak (PSS): of sampling, the text encoder released, or of decoding, the network's weights still
 * there for the next picture. Pure: reads no weights.
 */
export function estimateMemory(checkpoint: TimCheckpoint, run: PictureRun): number {
  const { config, parameters } = checkpoint
  const { streamed, passes, captionTokens } = run
  const tokens = (run.height * run.width) / config.patch_size ** 2
  const stays = streamed || staysStored(checkpoint, {})
  const weights = stays ? storedBytes(checkpoint) : widenedBytes(parameters)
  const sampling = transformerMemory(config, { weights, tokens, passes, captionTokens, streamed, joined: !stays })
  return Math.max(sampling, run.decode + (streamed ? 0 : weights.body + weights.rows + weights.rest))
}

/** Bytes of a network's weights, as they are stored. */
export function weightBytes(checkpoint: TimCheckpoint): number {
  const { body, rows, rest } = storedBytes(checkpoint)
  return body + rows + rest
}

/** A small network is widened to f32 and repacked in memory: twice its f32 size. */
function widenedBytes(parameters: TimCheckpoint['parameters']): StoredBytes {
  return { body: 0, rows: 0, rest: 2 * 4 * [...parameters.values()].reduce((sum, shape) => sum + sizeOf(shape), 0), widened: 0 }
}

/**
 * What pictures of a model take, told by the headers of its files; opens no session. Guided passes are counted one after the other: as
 * one batch they run only where memory is left for it. Throws WeightsError, FileError.
 */
export function modelMemory(model: ModelFolder): ModelMemory {
  const { components, latent, minSide } = model.manifest
  const checkpoint = openTim(componentFolder(model, 'transformer'))
  const autoencoder = openAutoencoder(componentFolder(model, 'decoder'))
  const need = ({ width, height, guided, streamed }: MemoryWish): number =>
    estimateMemory(checkpoint, {
      height: height / latent.factor,
      width: width / latent.factor,
      captionTokens: CAPTION_TOKENS,
      passes: guided ? 'apart' : 'one',
      streamed,
      decode: autoencoder.decodeMemory(height, width),
    })
  const unit = latent.factor * checkpoint.config.patch_size
  return { need, weights: weightBytes(checkpoint), precision: components.transformer?.precision ?? 'f32', unit, minSide }
}

/** Areas between two samples of a card's memory differ by at most this. */
const SAMPLE_STEP = 1.5

/** The memory of square pictures of a model from its smallest side to its largest, for its card. */
export function sampleMemory(memory: ModelMemory, maxSide: number): MemorySamples {
  const { unit, minSide, need, weights } = memory
  const sides: number[] = []
  for (
    let side = minSide;
    side < maxSide;
    side = Math.max(side + unit, Math.floor((side * Math.sqrt(SAMPLE_STEP)) / unit) * unit)
  )
    sides.push(side)
  // A line has two ends, also where there is one size alone.
  const ends = sides.length === 0 ? [maxSide, maxSide + unit] : [maxSide]
  const samples = [...sides, ...ends].map((side) => {
    const at = (guided: boolean): number => need({ width: side, height: side, guided, streamed: false })
    return { pixels: side ** 2, plain: at(false), guided: at(true) }
  })
  return { weights, samples }
}

/** Bytes that this process may still take: of the machine, or of the container it runs in, and no more than TIM_MEMORY allows. */
export function availableMemory(): number {
  const free = typeof process.availableMemory === 'function' ? process.availableMemory() : freemem()
  return Math.min(free, Number(process.env['TIM_MEMORY']) || Infinity)
}
