import sharp from 'sharp'

/** Pixels of an SVG rendered once, large: RGBA, `MASTER` × `MASTER`. */
const MASTER = 256

/** Where a drawing stands in its square: side of the square, size of the drawing, offset from left and top, in pixels. */
export interface Place {
  readonly side: number
  readonly size: number
  readonly offset: number
}

/**
 * Renders an SVG at every place: RGBA u8 (side, side, 4) each, straight alpha.
 * The drawing is rasterised once at twice the size or more and scaled down, which smooths edges better than small rasters do.
 */
export async function renderPlaces(svg: string, places: readonly Place[]): Promise<Uint8Array[]> {
  const master = await sharp(Buffer.from(svg), { density: 72 }).resize(MASTER, MASTER).ensureAlpha().raw().toBuffer()
  const found: Uint8Array[] = []
  for (const { side, size, offset } of places) {
    const rest = side - size - offset
    const placed = await sharp(master, { raw: { width: MASTER, height: MASTER, channels: 4 } })
      .resize(size, size, { kernel: 'lanczos2' })
      .extend({ left: offset, top: offset, right: rest, bottom: rest, background: { r: 0, g: 0, b: 0, alpha: 0 } })
      .raw()
      .toBuffer()
    found.push(new Uint8Array(placed))
  }
  return found
}
