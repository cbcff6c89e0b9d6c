import type { Bitmap } from '#shared/mask/bitmap'
import type { CanvasPoint } from './geometry'

/** A part of a mask, in its pixels. */
export interface MaskArea {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** What a part of a mask was before: putting it back undoes. */
export interface MaskPatch extends MaskArea {
  readonly pixels: Uint8Array
}

export function emptyMask(width: number, height: number): Bitmap {
  return { width, height, pixels: new Uint8Array(width * height) }
}

export const isEmpty = ({ pixels }: Bitmap): boolean => !pixels.includes(1)

/**
 * Sets (1) or clears (0) all pixels whose centre is at most `radius` from the line between two points: the trace of a round brush, at
 * least one pixel wide. Changes the mask in place; returns the part that it went over, undefined where that is outside.
 */
export function paintLine(mask: Bitmap, from: CanvasPoint, to: CanvasPoint, radius: number, value: 0 | 1): MaskArea | undefined {
  const { width, height, pixels } = mask
  const reach = Math.max(radius, 0.71)
  const left = Math.max(0, Math.floor(Math.min(from.x, to.x) - reach))
  const top = Math.max(0, Math.floor(Math.min(from.y, to.y) - reach))
  const right = Math.min(width, Math.ceil(Math.max(from.x, to.x) + reach))
  const bottom = Math.min(height, Math.ceil(Math.max(from.y, to.y) + reach))
  if (left >= right || top >= bottom) return undefined
  const [dx, dy] = [to.x - from.x, to.y - from.y]
  const length = dx * dx + dy * dy
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const [px, py] = [x + 0.5 - from.x, y + 0.5 - from.y]
      const along = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length))
      const [ax, ay] = [px - along * dx, py - along * dy]
      if (ax * ax + ay * ay <= reach * reach) pixels[y * width + x] = value
    }
  }
  return { x: left, y: top, width: right - left, height: bottom - top }
}

/** The smallest part that holds both. */
export function around(a: MaskArea | undefined, b: MaskArea | undefined): MaskArea | undefined {
  if (a === undefined || b === undefined) return a ?? b
  const [x, y] = [Math.min(a.x, b.x), Math.min(a.y, b.y)]
  const right = Math.max(a.x + a.width, b.x + b.width)
  const bottom = Math.max(a.y + a.height, b.y + b.height)
  return { x, y, width: right - x, height: bottom - y }
}

/** A copy of a part of a mask. */
export function patchOf({ width: stride, pixels: all }: Bitmap, { x, y, width, height }: MaskArea): MaskPatch {
  const pixels = new Uint8Array(width * height)
  for (let row = 0; row < height; row++) {
    const from = (y + row) * stride + x
    pixels.set(all.subarray(from, from + width), row * width)
  }
  return { x, y, width, height, pixels }
}

/** Puts a part back in place. Returns what was there, which takes it back again. */
export function putBack(mask: Bitmap, patch: MaskPatch): MaskPatch {
  const before = patchOf(mask, patch)
  for (let row = 0; row < patch.height; row++) {
    mask.pixels.set(patch.pixels.subarray(row * patch.width, (row + 1) * patch.width), (patch.y + row) * mask.width + patch.x)
  }
  return before
}

/** Draws anew what stayed, and the other way round. Changes the mask in place. */
export function invert({ pixels }: Bitmap): void {
  for (let i = 0; i < pixels.length; i++) pixels[i] = 1 - (pixels[i] ?? 0)
}

/** A part of a mask as RGBA pixels of one colour, for showing it. */
export function tinted(
  mask: Bitmap,
  area: MaskArea,
  [r, g, b, a]: readonly [number, number, number, number],
): Uint8ClampedArray<ArrayBuffer> {
  const { pixels } = patchOf(mask, area)
  const out = new Uint8ClampedArray(pixels.length * 4)
  for (let i = 0; i < pixels.length; i++) if (pixels[i] === 1) out.set([r, g, b, a], i * 4)
  return out
}
