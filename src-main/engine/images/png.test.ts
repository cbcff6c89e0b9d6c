import { createHash } from 'node:crypto'
import { crc32, deflateSync, inflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../test/support/mutate'
import { picture } from './picture'
import { decodePicture } from './read-picture'
import { readPngTexts } from './png-read'
import { encodePng } from './png-write'

/** Smooth shapes with some noise: what pictures are like. */
function sample(width: number, height: number, seed = 1) {
  const random = seededRandom(seed)
  const wave = (x: number, y: number, c: number): number => 127 + 80 * Math.sin((x * (c + 1)) / 17 + y / 23) + random() * 8
  return picture(
    width,
    height,
    Uint8Array.from({ length: width * height * 3 }, (_, i) => wave(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3)),
  )
}

/** A PNG of hand-made chunks. */
function png(...chunks: [type: string, data: Uint8Array][]): Uint8Array {
  const parts = [Buffer.from('\u0089PNG\r\n\u001a\n', 'latin1')]
  for (const [type, data] of chunks) {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
    const length = Buffer.alloc(4)
    length.writeUInt32BE(data.length)
    const checksum = Buffer.alloc(4)
    checksum.writeUInt32BE(crc32(body))
    parts.push(length, body, checksum)
  }
  return Buffer.concat(parts)
}
const IHDR: [string, Uint8Array] = ['IHDR', new Uint8Array(13)]
const IEND: [string, Uint8Array] = ['IEND', new Uint8Array(0)]
const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')

describe('writing', () => {
  it.each([
    [1, 1],
    [2, 3],
    [7, 1],
    [1, 9],
    [64, 48],
    [333, 21],
  ])('another decoder reads %i×%i back, byte for byte', async (width, height) => {
    const original = sample(width, height)
    const back = await decodePicture(encodePng(original, [{ keyword: 'a', text: 'b' }]), 'x')
    expect([back.width, back.height]).toEqual([width, height])
    expect(Buffer.compare(back.rgb, original.rgb)).toBe(0)
  })

  it('gives the same bytes as ever', () => {
    // Changes when the filters, the level or the deflate do: then pictures made before are no longer reproduced byte for byte.
    const bytes = encodePng(sample(64, 64), [{ keyword: 'parameters', text: 'x' }])
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      'b171994c9aff2e196dd90945aca32529cda7fb085fb2716112787cac590ecb4f',
    )
  })

  it('is smaller than without filters', () => {
    const original = sample(128, 128)
    expect(encodePng(original).length).toBeLessThan(0.8 * deflateSync(original.rgb).length)
  })

  it('refuses keywords that PNG cannot hold', () => {
    expect(() => encodePng(sample(1, 1), [{ keyword: '日', text: '' }])).toThrow(RangeError)
    expect(() => encodePng(sample(1, 1), [{ keyword: 'k'.repeat(80), text: '' }])).toThrow(RangeError)
  })
})

describe('texts', () => {
  it('come back: ASCII, Latin-1, everything else', () => {
    const texts = ['plain', 'two\nlines', 'café', '一只猫 🐈', '', 'nul\0inside'].map((text, i) => ({ keyword: `k${i}`, text }))
    expect(readPngTexts(encodePng(sample(2, 2), texts), 'x')).toEqual(texts)
  })

  it('are read compressed too', () => {
    const zTXt = Buffer.concat([latin1('old\0\0'), deflateSync(latin1('caf\u00e9'))])
    const iTXt = Buffer.concat([latin1('new\0\u0001\0en\0neu\0'), deflateSync(Buffer.from('日本'))])
    expect(readPngTexts(png(IHDR, ['zTXt', zTXt], ['iTXt', iTXt], IEND), 'x')).toEqual([
      { keyword: 'old', text: 'café' },
      { keyword: 'new', text: '日本' },
    ])
  })

  it.each<[string, Uint8Array, string]>([
    ['no PNG', latin1('GIF89a'), 'picture.format'],
    ['nothing', new Uint8Array(0), 'picture.format'],
    ['a cut file', encodePng(sample(8, 8)).subarray(0, -12), 'picture.truncated'],
    ['a length beyond the file', png(IHDR, IEND).fill(0xff, 8, 12), 'picture.truncated'],
    ['no header', png(IEND), 'picture.damaged'],
    ['a text without keyword', png(IHDR, ['tEXt', latin1('\0x')], IEND), 'picture.damaged'],
    ['a text without end of keyword', png(IHDR, ['tEXt', latin1('x')], IEND), 'picture.damaged'],
    ['a compressed text that is none', png(IHDR, ['zTXt', latin1('k\0\0nonsense')], IEND), 'picture.damaged'],
    ['a text that is no UTF-8', png(IHDR, ['iTXt', latin1('k\0\0\0\0\0\u00ff\u00fe')], IEND), 'picture.damaged'],
    [
      'a text that unpacks to 64 MB',
      png(IHDR, ['zTXt', Buffer.concat([latin1('k\0\0'), deflateSync(new Uint8Array(1 << 26))])], IEND),
      'picture.too-large',
    ],
    [
      'a thousand texts',
      png(IHDR, ...Array.from({ length: 1000 }, (): [string, Uint8Array] => ['tEXt', latin1('k\0v')]), IEND),
      'picture.too-large',
    ],
  ])('refuses %s', (_what, bytes, code) => {
    expect(() => readPngTexts(bytes, 'x')).toThrow(expect.objectContaining({ code, picture: 'x' }))
  })

  it('refuses a text whose checksum is wrong', () => {
    const bytes = encodePng(sample(2, 2), [{ keyword: 'k', text: 'value' }])
    bytes[8 + 25 + 8 + 3] = 0x58
    expect(() => readPngTexts(bytes, 'x')).toThrow('checksum')
  })

  it('inflates what it wrote itself with any zlib', () => {
    const original = sample(5, 5)
    const bytes = Buffer.from(encodePng(original))
    const at = bytes.indexOf('IDAT')
    expect(inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4))).length).toBe(5 * 16)
  })
})
