import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { mutate, rounds, seededRandom } from '../../../test/support/mutate'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { f32, i64, tensor, type Tensor } from '../ir/tensor'
import { openSafetensors } from './safetensors'
import { readRows } from './tensor-ref'
import { WeightsError } from './weights-error'
import { writeSafetensors } from './write-safetensors'

const FIXTURES = join(import.meta.dirname, '../../../test/golden/fixtures')
const folder = temporaryFolder()

/** A file from a header written by hand and `dataBytes` zero bytes. */
function handMade(name: string, header: string, dataBytes: number): string {
  const json = new TextEncoder().encode(header)
  const bytes = new Uint8Array(8 + json.length + dataBytes)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true)
  bytes.set(json, 8)
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof WeightsError) return error.code
    throw error
  }
  return 'no error'
}

describe('reading', () => {
  it('reads a small file made by hand', () => {
    const path = handMade('two.safetensors', '{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}', 8)
    const file = openSafetensors(path)
    expect(file.metadata).toEqual({ a: 'b' })
    expect(file.read('x')).toEqual(f32([2], [0, 0]))
    expect(file.tensors.get('x')).toMatchObject({ offset: readFileSync(path).length - 8, length: 8, file: path })
  })

  it('names a key that is missing', () => {
    const path = handMade('one.safetensors', '{"x":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}', 4)
    expect(() => openSafetensors(path).read('y')).toThrow("has no tensor 'y'")
  })

  it.each([
    ['a hole', '{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', 8, 'weights.tensor'],
    ['bytes left over', '{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 8, 'weights.trailing'],
    [
      'an overlap',
      '{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"y":{"dtype":"U8","shape":[4],"data_offsets":[4,8]}}',
      8,
      'weights.overlap',
    ],
    ['offsets out of range', '{"x":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}', 8, 'weights.truncated'],
    ['offsets backwards', '{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}', 8, 'weights.tensor'],
    ['a negative offset', '{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}', 8, 'weights.tensor'],
    [
      'a shape too large',
      '{"x":{"dtype":"F32","shape":[9007199254740991,9007199254740991],"data_offsets":[0,8]}}',
      8,
      'weights.tensor',
    ],
    ['a shape of halves', '{"x":{"dtype":"F32","shape":[0.5],"data_offsets":[0,2]}}', 2, 'weights.tensor'],
    ['a dtype that we lack', '{"x":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}', 8, 'weights.dtype'],
    [
      'a key twice',
      '{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0078":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
      1,
      'weights.duplicate',
    ],
    ['a list for a header', '[]', 0, 'weights.header'],
    ['no JSON', '{"x":', 0, 'weights.header'],
    ['deep nesting', `{"x":${'['.repeat(100)}${']'.repeat(100)}}`, 0, 'weights.header'],
    ['metadata of numbers', '{"__metadata__":{"a":1}}', 0, 'weights.header'],
    ['a tensor that is null', '{"x":null}', 0, 'weights.tensor'],
  ])('refuses %s', (what, header, dataBytes, code) => {
    const path = handMade(`${what}.safetensors`, header, dataBytes)
    expect(codeOf(() => openSafetensors(path))).toBe(code)
  })

  it('refuses a header length beyond the file, and one beyond reason, without reading it', () => {
    const path = join(folder, 'huge.safetensors')
    writeFileSync(path, Uint8Array.of(0, 1, 0, 0, 0, 0, 0, 0, 0x7b, 0x7d))
    expect(codeOf(() => openSafetensors(path))).toBe('weights.truncated')
    writeFileSync(path, new Uint8Array(16).fill(0xff))
    expect(codeOf(() => openSafetensors(path))).toBe('weights.header')
    writeFileSync(path, new Uint8Array(7))
    expect(codeOf(() => openSafetensors(path))).toBe('weights.truncated')
  })

  it('says which file does not exist, and what to do', () => {
    expect(() => openSafetensors(join(folder, 'absent.safetensors'))).toThrow(/absent\.safetensors does not exist/)
  })

  it('notices a file that shrank after it was opened', async () => {
    const path = join(folder, 'shrinks.safetensors')
    await writeSafetensors(path, { x: f32([4], [1, 2, 3, 4]) })
    const file = openSafetensors(path)
    writeFileSync(path, readFileSync(path).subarray(0, -4))
    expect(codeOf(() => file.read('x'))).toBe('weights.changed')
  })

  it('reads rows of a table without the others', async () => {
    const path = join(folder, 'table.safetensors')
    await writeSafetensors(path, { table: f32([4, 2], [0, 1, 2, 3, 4, 5, 6, 7]) })
    const ref = openSafetensors(path).tensors.get('table')
    if (!ref) throw new Error('unreachable')
    expect(readRows(ref, 2, 2)).toEqual(f32([2, 2], [4, 5, 6, 7]))
    expect(codeOf(() => readRows(ref, 3, 2))).toBe('weights.rows')
  })

  it('opens every fixture', () => {
    for (const name of readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((n) => n.endsWith('.safetensors'))) {
      expect(openSafetensors(join(FIXTURES, name)).tensors.size, name).toBeGreaterThan(0)
    }
  })
})

describe('writing', () => {
  const every: Record<string, Tensor> = {
    f32: f32([2, 1], [1.5, -0]),
    f16: tensor('f16', [1], Uint16Array.of(0x3c00)),
    bf16: tensor('bf16', [3], Uint16Array.of(1, 2, 3)),
    i64: i64([2], [-1n, 2n ** 62n]),
    i32: tensor('i32', [1], Int32Array.of(-7)),
    bool: tensor('bool', [2], Uint8Array.of(0, 1)),
    u8: tensor('u8', [], Uint8Array.of(255)),
    i8: tensor('i8', [1], Int8Array.of(-128)),
    empty: f32([0, 3], []),
    'key "with" ünicode\n': f32([], [3]),
  }

  it('gives every dtype back, bit for bit, and carries metadata', async () => {
    const path = join(folder, 'every.safetensors')
    await writeSafetensors(path, every, { metadata: { format: 'pt', note: 'ä' } })
    const file = openSafetensors(path)
    expect(file.metadata).toEqual({ format: 'pt', note: 'ä' })
    expect(file.tensors.size).toBe(Object.keys(every).length)
    for (const [key, value] of Object.entries(every)) expect(file.read(key), key).toEqual(value)
    expect((readFileSync(path).readUInt32LE(0) + 8) % 8).toBe(0)
  })

  it('does not depend on the order of the tensors, and copies from other files', async () => {
    const [one, two, copy] = ['one', 'two', 'copy'].map((name) => join(folder, `order-${name}.safetensors`)) as [
      string,
      string,
      string,
    ]
    await writeSafetensors(one, every)
    await writeSafetensors(two, new Map(Object.entries(every).reverse()))
    await writeSafetensors(copy, openSafetensors(one).tensors)
    expect(readFileSync(two).equals(readFileSync(one))).toBe(true)
    expect(readFileSync(copy).equals(readFileSync(one))).toBe(true)
  })

  it('leaves nothing behind when it is stopped, and keeps the old file', async () => {
    const path = join(folder, 'stopped', 'x.safetensors')
    await writeSafetensors(path, { x: f32([1], [1]) })
    const before = readFileSync(path)
    await expect(writeSafetensors(path, { x: f32([1], [2]) }, { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
    expect(readFileSync(path).equals(before)).toBe(true)
    expect(readdirSync(join(folder, 'stopped'))).toEqual(['x.safetensors'])
  })
})

describe('damaged files', () => {
  it('are refused by name or read correctly', async () => {
    const path = join(folder, 'whole.safetensors')
    await writeSafetensors(path, {
      a: f32([2, 3], [1, 2, 3, 4, 5, 6]),
      b: i64([2], [1, 2]),
      c: tensor('u8', [5], new Uint8Array(5)),
    })
    const whole = readFileSync(path)
    const headerEnd = 8 + whole.readUInt32LE(0)
    const random = seededRandom(1)
    const damaged = join(folder, 'damaged.safetensors')
    let refused = 0
    const count = rounds(250, 6000)
    for (let i = 0; i < count; i++) {
      const bytes = mutate(whole, random, headerEnd)
      writeFileSync(damaged, bytes)
      try {
        const file = openSafetensors(damaged)
        for (const ref of file.tensors.values()) {
          expect(ref.offset + ref.length).toBeLessThanOrEqual(bytes.length)
          expect(file.read(ref.key).shape).toEqual(ref.shape)
        }
      } catch (error) {
        if (!(error instanceof WeightsError)) throw error
        expect(error.remedy).not.toBe('')
        refused++
      }
    }
    expect(refused).toBeGreaterThan(count / 2)
  })
})
