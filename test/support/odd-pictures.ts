import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Codec } from '../../src-main/engine/images/codec'

/** A drawing with edges at every angle. `shift` moves it, `fill` colours it. */
export function drawing(
  width: number,
  height: number,
  options: { readonly shift?: number; readonly fill?: string } = {},
): Uint8Array {
  const { shift = 0, fill = '#c03020' } = options
  const stripes = Array.from({ length: 9 }, (_, i) => {
    const x = shift + (i * width) / 9
    return `<path d="M${x} 0 L${x + width / 5} ${height}" stroke="hsl(${i * 40},70%,${30 + i * 5}%)" stroke-width="${width / 40}"/>`
  })
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#ece6d4"/>
    <ellipse cx="${shift + width / 2}" cy="${height / 2}" rx="${width / 3}" ry="${height / 4}" fill="${fill}"/>${stripes.join('')}</svg>`
  return new TextEncoder().encode(svg)
}

/** Writes one file of each unusual kind, 80 × 48 pixels as shown; returns file names with how many pages each has. */
export async function writeOddPictures(sharp: Codec, folder: string): Promise<readonly (readonly [string, number])[]> {
  const base = sharp(await sharp(drawing(80, 48)).removeAlpha().png().toBuffer())
  const frame = await base.clone().raw().toBuffer()
  // Frames that are alike would be stored as one.
  const inverted = frame.map((level) => 255 - level)
  const frames = sharp(Buffer.concat([frame, inverted, frame]), { raw: { width: 80, height: 144, channels: 3, pageHeight: 48 } })
  const files = {
    'turned.jpg': base.clone().rotate(90).withMetadata({ orientation: 8 }).jpeg(),
    'cmyk.jpg': base.clone().toColourspace('cmyk').jpeg(),
    'deep.png': base.clone().toColourspace('rgb16').png(),
    'deep.tif': base.clone().toColourspace('rgb16').tiff(),
    'grey.webp': base.clone().greyscale().webp(),
    'clear.png': base.clone().ensureAlpha(0.5).png(),
    'small.avif': base.clone().avif(),
    'moving.gif': frames.clone().gif(),
    'moving.webp': frames.clone().webp(),
  }
  for (const [name, picture] of Object.entries(files)) writeFileSync(join(folder, name), await picture.toBuffer())
  return Object.keys(files).map((name) => [name, name.startsWith('moving') ? 3 : 1])
}
