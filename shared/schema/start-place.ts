import type { ModelCard } from './model'
import type { StartFrom } from './recipe'
import { nearestSide } from './recipe-check'

export interface PictureSides {
  readonly width: number
  readonly height: number
}

/** Pixels that are added to a picture on each of its sides. */
export interface Extension {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

export const NO_EXTENSION: Extension = { left: 0, top: 0, right: 0, bottom: 0 }

export function isExtended({ left, top, right, bottom }: Extension): boolean {
  return left > 0 || top > 0 || right > 0 || bottom > 0
}

/** A picture's sides with what is added to them. */
export function extended({ width, height }: PictureSides, { left, top, right, bottom }: Extension): PictureSides {
  return { width: left + width + right, height: top + height + bottom }
}

/**
 * Where a picture to start from lies in the one that is drawn. By itself it covers all of it, what sticks out being cut off on both
 * sides alike; extended, it is inside with all that was added, and what is left over is added too.
 */
export function placeIn(picture: PictureSides, extension: Extension, drawn: PictureSides): StartFrom['place'] {
  const outer = extended(picture, extension)
  const ratios = [drawn.width / outer.width, drawn.height / outer.height]
  const scale = isExtended(extension) ? Math.min(...ratios) : Math.max(...ratios)
  return {
    x: Math.round((drawn.width - outer.width * scale) / 2 + extension.left * scale),
    y: Math.round((drawn.height - outer.height * scale) / 2 + extension.top * scale),
    width: Math.max(1, Math.round(picture.width * scale)),
    height: Math.max(1, Math.round(picture.height * scale)),
  }
}

/** The size in which a model draws upon a picture: its own where the model can, else the nearest, of about the same shape. */
export function sizeUpon(outer: PictureSides, card: Pick<ModelCard, 'factor' | 'minSide' | 'maxSide'>): PictureSides {
  const longer = Math.max(outer.width, outer.height)
  const shorter = Math.min(outer.width, outer.height)
  const scale = Math.min(card.maxSide / longer, Math.max(1, card.minSide / shorter))
  return { width: nearestSide(outer.width * scale, card), height: nearestSide(outer.height * scale, card) }
}
