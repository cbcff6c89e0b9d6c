import { backgrounds } from './palette'
import { arrangements, CELL, SIDE } from './places'
import { drawing, type Pictures } from './pictures'
import type { Scene } from './scenes'

/** Numbers of a picture: 3 × SIDE × SIDE. */
export const PICTURE = 3 * SIDE * SIDE

/** Lays a scene out: planes RGB (3, SIDE, SIDE), each in [−1, 1] as x/127.5 − 1. */
export function layOut(pictures: Pictures, { arrangement, things, style, background }: Scene, into: Float32Array): void {
  const colour = colourOf(background)
  const { cells } = arrangements[arrangement]
  const [first] = things
  if (cells.length === 0) return compose(drawing(pictures, first, style, 'home'), colour, into)
  fill(colour, into)
  for (const { left, top, thing } of cells)
    composeCell(drawing(pictures, things[thing] ?? first, style, 'small'), colour, left, top, into)
}

/** sRGB of a background of the palette. */
export function colourOf(background: number): readonly [number, number, number] {
  return backgrounds[background]?.rgb ?? [255, 255, 255]
}

/** Lays straight-alpha RGBA (SIDE, SIDE, 4) over a plain colour. */
export function compose(rgba: Uint8Array, rgb: readonly [number, number, number], into: Float32Array): void {
  paste(rgba, SIDE, rgb, 0, 0, into)
}

/** Lays RGBA (CELL, CELL, 4) over a plain colour at a place in the picture, whose other pixels stay. */
export function composeCell(
  rgba: Uint8Array,
  rgb: readonly [number, number, number],
  left: number,
  top: number,
  into: Float32Array,
): void {
  paste(rgba, CELL, rgb, left, top, into)
}

/** Makes all of a picture one colour. */
export function fill(rgb: readonly [number, number, number], into: Float32Array): void {
  const area = SIDE * SIDE
  rgb.forEach((value, channel) => into.fill(value / 127.5 - 1, channel * area, (channel + 1) * area))
}

function paste(
  rgba: Uint8Array,
  side: number,
  rgb: readonly [number, number, number],
  left: number,
  top: number,
  into: Float32Array,
): void {
  const area = SIDE * SIDE
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const from = 4 * (y * side + x)
      const alpha = (rgba[from + 3] as number) / 255
      const to = (top + y) * SIDE + left + x
      for (let c = 0; c < 3; c++)
        into[c * area + to] = ((rgba[from + c] as number) * alpha + (rgb[c] as number) * (1 - alpha)) / 127.5 - 1
    }
  }
}
