import sharp from 'sharp'
import { SIDE, type Place } from './places'

/** Pixels of an SVG rendered once, large: RGBA, `MASTER` × `MASTER`. */
const MASTER = 256

/**
 * Renders an SVG at every place: RGBA u8, (places, SIDE, SIDE, 4), straight alpha.
 * The drawing is rasterised once at twice the size or more and scaled down, which smooths edges better than small rasters do.
 */
export async function renderPlaces(svg: string, places: readonly Place[]): Promise<Uint8Array> {
  const master = await sharp(Buffer.from(svg), { density: 72 }).resize(MASTER, MASTER).ensureAlpha().raw().toBuffer()
  const pictures = new Uint8Array(places.length * SIDE * SIDE * 4)
  for (const [index, place] of places.entries()) {
    const source = sharp(master, { raw: { width: MASTER, height: MASTER, channels: 4 } })
    const placed = await (place.mirrored ? source.flop() : source)
      .resize(place.size, place.size, { kernel: 'lanczos2' })
      .extend({
        left: place.left,
        top: place.top,
        right: SIDE - place.size - place.left,
        bottom: SIDE - place.size - place.top,
        background: { r: 0, g: 0, b: 0, alpha: 0 },
      })
      .raw()
      .toBuffer()
    pictures.set(placed, index * SIDE * SIDE * 4)
  }
  return pictures
}

/** Lays RGBA (SIDE, SIDE, 4) over a plain colour: planes RGB (3, SIDE, SIDE), each in [−1, 1] as x/127.5 − 1. */
export function compose(rgba: Uint8Array, rgb: readonly [number, number, number], into: Float32Array): void {
  const pixels = SIDE * SIDE
  for (let p = 0; p < pixels; p++) {
    const alpha = (rgba[4 * p + 3] ?? 0) / 255
    for (let c = 0; c < 3; c++) {
      into[c * pixels + p] = ((rgba[4 * p + c] ?? 0) * alpha + (rgb[c] ?? 0) * (1 - alpha)) / 127.5 - 1
    }
  }
}
