import { describe, expect, it } from 'vitest'

// Decided when the codec is first asked for, so in a file of its own.
process.env['TIM_IMAGE_CODEC'] = 'wasm'
const { codec } = await import('./codec')
const { decodePicture, resizePicture } = await import('./read-picture')
const sharp = await codec()

const raw = sharp(
  Uint8Array.from({ length: 300 }, (_, i) => [200, 30, 60][i % 3] ?? 0),
  { raw: { width: 10, height: 10, channels: 3 } },
)

describe('the WebAssembly codec', () => {
  it('is the one loaded, though the native one is installed', () => {
    expect(sharp.versions).toHaveProperty('emscripten')
  })

  it.each(['png', 'jpeg', 'webp', 'avif', 'tiff', 'gif'] as const)('reads %s', async (format) => {
    const got = await decodePicture(await raw.clone().toFormat(format, { quality: 100 }).toBuffer(), format)
    const [r = 0, g = 0, b = 0] = got.rgb
    expect([got.width, got.height]).toEqual([10, 10])
    for (const off of [r - 200, g - 30, b - 60]) expect(Math.abs(off)).toBeLessThanOrEqual(12)
  })

  it('refuses what is no picture, and resizes', async () => {
    await expect(decodePicture(Uint8Array.of(1, 2, 3), 'x')).rejects.toMatchObject({ code: 'picture.format' })
    const got = await decodePicture(await raw.clone().png().toBuffer(), 'x')
    expect((await resizePicture(got, 5, 7)).rgb.length).toBe(105)
  })
})
