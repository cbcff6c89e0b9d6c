import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'
import { findRecipeInFile } from '../../src-main/engine/images/recipe-in-png'
import { encodePng } from '../../src-main/engine/images/png-write'
import { picture } from '../../src-main/engine/images/picture'
import { openFolder, openWeights } from '../../src-main/engine/weights/open-weights'
import { pickle, text, word, zip } from '../support/torch-file'

/** Small files made to become large ones in memory: each has its builder, and what reads it. */
interface Bomb {
  readonly build: () => Uint8Array
  readonly file: string
  readonly read: (folder: string) => void
}

const MEGABYTE = 2 ** 20
const weights = (build: () => Uint8Array, file = 'x.bin'): Bomb => ({
  build,
  file,
  read: (folder) => void openWeights(join(folder, file)),
})

const ofPickle = (data: Uint8Array, deflate = false): Uint8Array =>
  zip([
    { name: 'm/data.pkl', data, deflate },
    { name: 'm/data/0', data: Buffer.alloc(8) },
  ])

function safetensors(header: string): Uint8Array {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(Buffer.byteLength(header)))
  return Buffer.concat([length, Buffer.from(header)])
}

const many = (count: number, one: (i: number) => string): string => Array.from({ length: count }, (_, i) => one(i)).join(',')

/** A chunk of a PNG. */
function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const frame = Buffer.alloc(8)
  frame.writeUInt32BE(data.length)
  frame.writeUInt32BE(crc32(body), 4)
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
}

function pngOfTexts(): Uint8Array {
  const png = Buffer.from(encodePng(picture(4, 4, new Uint8Array(48)), []))
  const packed = deflateSync(Buffer.alloc(4 * MEGABYTE - 1, 0x41))
  const texts = Array.from({ length: 200 }, (_, i) => chunk('zTXt', Buffer.concat([Buffer.from(`k${i}\0\0`), packed])))
  // Behind the header, which is the first chunk.
  return Buffer.concat([png.subarray(0, 33), ...texts, png.subarray(33)])
}

/** A tensor, and a list that names it a million times. */
function manyNames(): Uint8Array {
  const one = Buffer.from(pickle()).subarray(0, -1)
  const names = Buffer.alloc(2 * MEGABYTE)
  for (let i = 0; i < names.length; i += 2) names.set([0x68, 0], i)
  return ofPickle(Buffer.concat([one, Buffer.of(0x71, 0), text('0]('), names, text('e.')]))
}

export const bombs: Readonly<Record<string, Bomb>> = {
  'a description that unpacks to 200 MB': weights(() => ofPickle(Buffer.alloc(200 * MEGABYTE), true)),
  'eight million empty dicts': weights(() => ofPickle(Buffer.alloc(8 * MEGABYTE, '}'))),
  'eight million empty dicts, deflated': weights(() => ofPickle(Buffer.alloc(8 * MEGABYTE - 1, '}'), true)),
  'a million texts': weights(() => ofPickle(Buffer.concat(Array.from({ length: 10 ** 6 }, () => word('abc'))))),
  'one tensor by a million names': weights(manyNames),
  'a zip file of sixty thousand entries': weights(() =>
    zip([
      { name: 'm/data.pkl', data: pickle() },
      ...Array.from({ length: 60_000 }, (_, i) => ({ name: `${i}`, data: Buffer.alloc(0) })),
    ]),
  ),
  'a header of empty tensors': weights(() =>
    safetensors(`{${many(400_000, (i) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`)}}`),
  ),
  'a header of metadata': weights(() => safetensors(`{"__metadata__":{${many(1_500_000, (i) => `"${i}":""`)}}}`)),
  'a header of deep lists': weights(() => safetensors(`{"a":${'['.repeat(10 * MEGABYTE)}`)),
  'an index of a million keys': {
    build: () => Buffer.from(`{"weight_map":{${many(1_000_000, (i) => `"${i}":"x.bin"`)}}}`),
    file: 'model.safetensors.index.json',
    read: (folder) => void openFolder(folder),
  },
  'a picture of two hundred long texts': {
    build: pngOfTexts,
    file: 'x.png',
    read: (folder) => void findRecipeInFile(join(folder, 'x.png')),
  },
}

/** Writes a bomb into a folder of its own. Returns its bytes. */
export function place(name: string, folder: string): number {
  const bomb = bombs[name]
  if (!bomb) throw new Error(`there is no bomb ${name}`)
  mkdirSync(folder, { recursive: true })
  const bytes = bomb.build()
  writeFileSync(join(folder, bomb.file), bytes)
  return bytes.length
}
