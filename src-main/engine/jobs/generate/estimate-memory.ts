import { freemem } from 'node:os'
import type { Precision } from '#shared/schema/recipe'
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

/** What of a picture its memory depends on. */
export interface MemoryWish {
  /** Pixels. */
  readonly width: number
  readonly height: number
  readonly guided: boolean
  readonly streamed: boolean
}

/** What pictures of one model take. */
export interface ModelMemory {
  /** Bytes at the peak of a picture. */
  readonly need: (wish: MemoryWish) => number
  /** Of the network, as they are stored. */
  readonly weights: number
  readonly precision: Precision
  /** Sides are multiples of this, in pixels. */
  readonly unit: number
  readonly minSide: number
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

/** Bytes that this process may still take: of the machine, or of the container it runs in. */
export function availableMemory(): number {
  return typeof process.availableMemory === 'function' ? process.availableMemory() : freemem()
}
