import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutate, rounds, seededRandom } from '../../../test/support/mutate'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { codec } from './codec'
import { picture, type Picture } from './picture'
import { PictureError } from './picture-error'
import { decodePicture, readPicture, resizePicture } from './read-picture'

const folder = temporaryFolder()
const sharp = await codec()

/** Left half red, right half blue, 8×4. */
const halves = picture(
  8,
  4,
  Uint8Array.from({ length: 96 }, (_, i) => [255, 0, 0, 0, 0, 255][(i % 3) + (Math.floor(i / 3) % 8 < 4 ? 0 : 3)] ?? 0),
)
const raw = sharp(halves.rgb, { raw: { width: 8, height: 4, channels: 3 } })

function pixel(source: Picture, x: number, y: number): number[] {
  return [...source.rgb.subarray((y * source.width + x) * 3, (y * source.width + x) * 3 + 3)]
}

function expectNear(got: number[], want: number[], tolerance: number): void {
  got.forEach((value, i) => expect(Math.abs(value - (want[i] ?? 0)), `${got} ≈ ${want}`).toBeLessThanOrEqual(tolerance))
}

describe('reading', () => {
  it.each(['png', 'jpeg', 'webp', 'avif', 'tiff', 'gif'] as const)('reads %s', async (format) => {
    const path = join(folder, `halves.${format}`)
    writeFileSync(path, await raw.clone().toFormat(format, { quality: 100 }).toBuffer())
    const got = await readPicture(path)
    expect([got.width, got.height]).toEqual([8, 4])
    expectNear(pixel(got, 0, 1), [255, 0, 0], 12)
    expectNear(pixel(got, 7, 1), [0, 0, 255], 12)
  })

  it('reads SVG', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="3"><rect width="4" height="3" fill="#0f0"/></svg>'
    expect(pixel(await decodePicture(new TextEncoder().encode(svg), 'a.svg'), 2, 1)).toEqual([0, 255, 0])
  })

  it('lays transparency over the background', async () => {
    const clear = await sharp({ create: { width: 2, height: 2, channels: 4, background: { r: 255, g: 0, b: 0, alpha: 0.5 } } })
      .png()
      .toBuffer()
    expectNear(pixel(await decodePicture(clear, 'x'), 0, 0), [255, 127, 127], 1)
    expectNear(pixel(await decodePicture(clear, 'x', { background: { r: 0, g: 0, b: 0 } }), 0, 0), [128, 0, 0], 1)
  })

  it('turns as EXIF says', async () => {
    const turned = await decodePicture(await raw.clone().withMetadata({ orientation: 6 }).png().toBuffer(), 'x')
    expect([turned.width, turned.height]).toEqual([4, 8])
    expect(pixel(turned, 0, 0)).toEqual([255, 0, 0])
    expect(pixel(turned, 0, 7)).toEqual([0, 0, 255])
  })

  it('converts grey, 16 bit and CMYK to 8-bit RGB', async () => {
    const grey = await sharp(Uint8Array.of(0, 100, 200, 255), { raw: { width: 4, height: 1, channels: 1 } })
      .png()
      .toBuffer()
    expect([...(await decodePicture(grey, 'grey')).rgb]).toEqual([0, 0, 0, 100, 100, 100, 200, 200, 200, 255, 255, 255])
    const deep = await raw.clone().toColourspace('rgb16').png().toBuffer()
    expect((await sharp(deep).metadata()).depth).toBe('ushort')
    expect([...(await decodePicture(deep, 'deep')).rgb]).toEqual([...halves.rgb])
    const cmyk = await raw.clone().toColourspace('cmyk').jpeg({ quality: 100 }).toBuffer()
    expect((await sharp(cmyk).metadata()).space).toBe('cmyk')
    const converted = await decodePicture(cmyk, 'cmyk')
    expect(pixel(converted, 0, 0)[0]).toBeGreaterThan(180)
    expect(pixel(converted, 0, 0)[2]).toBeLessThan(90)
  })

  it('refuses more pixels or bytes than allowed, before decoding them', async () => {
    const large = await sharp({ create: { width: 4000, height: 4000, channels: 3, background: '#fff' } })
      .png()
      .toBuffer()
    await expect(decodePicture(large, 'large.png', { mostPixels: 1_000_000 })).rejects.toMatchObject({
      code: 'picture.too-large',
      picture: 'large.png',
    })
    const path = join(folder, 'large.png')
    writeFileSync(path, large)
    await expect(readPicture(path, { largestFile: 1000 })).rejects.toMatchObject({ code: 'file.too-large' })
    const bomb = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="90000" height="90000"/>')
    await expect(decodePicture(bomb, 'bomb.svg')).rejects.toBeInstanceOf(PictureError)
  })

  it('says what is no picture, what is empty, and what is missing', async () => {
    await expect(decodePicture(new TextEncoder().encode('hello'), 'note.txt')).rejects.toThrow(
      /note\.txt cannot be read as a picture/,
    )
    await expect(decodePicture(new Uint8Array(0), 'empty')).rejects.toBeInstanceOf(PictureError)
    await expect(readPicture(join(folder, 'absent.png'))).rejects.toThrow('does not exist')
  })

  it('reads damaged files or refuses them by name', async () => {
    const random = seededRandom(11)
    const originals = await Promise.all(
      (['png', 'jpeg', 'webp'] as const).map((format) => raw.clone().toFormat(format).toBuffer()),
    )
    for (let i = 0; i < rounds(100, 5000); i++) {
      const bytes = mutate(originals[i % 3] ?? new Uint8Array(0), random)
      try {
        const got = await decodePicture(bytes, 'damaged', { mostPixels: 1_000_000 })
        expect(got.rgb.length).toBe(got.width * got.height * 3)
      } catch (error) {
        expect(error).toBeInstanceOf(PictureError)
      }
    }
  })
})

describe('resizing', () => {
  it('crops, pads or distorts to the exact size', async () => {
    const covered = await resizePicture(halves, 4, 4)
    expect([covered.width, covered.height]).toEqual([4, 4])
    expectNear(pixel(covered, 0, 0), [255, 0, 0], 20)
    expect(pixel(await resizePicture(halves, 8, 8, 'contain'), 0, 0)).toEqual([255, 255, 255])
    expectNear(pixel(await resizePicture(halves, 16, 16, 'fill'), 0, 15), [255, 0, 0], 20)
  })
})
