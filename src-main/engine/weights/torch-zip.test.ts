import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { mutate, rounds, seededRandom } from '../../../test/support/mutate'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { glob, pickle, text, word, zip, type Part } from '../../../test/support/torch-file'
import { f32, i64, tensor } from '../ir/tensor'
import { openTorch } from './torch-zip'
import { WeightsError } from './weights-error'

const folder = temporaryFolder()

/** What torch.save writes for a checkpoint of four tensors among numbers and texts; made by CPython's pickle and zipfile. */
const STATE_DICT = join(import.meta.dirname, '../../../test/support/state-dict.pt')

const floats = Buffer.from(Float32Array.of(7, 8).buffer)
function checkpoint(data: Buffer, extra: readonly Part[] = [{ name: 'm/data/0', data: floats }], wide = false): string {
  const path = join(folder, `${crc32(data)}-${extra.length}-${wide}.pt`)
  writeFileSync(path, zip([{ name: 'm/data.pkl', data }, ...extra], wide))
  return path
}

function errorOf(path: string): WeightsError {
  try {
    openTorch(path)
  } catch (error) {
    if (error instanceof WeightsError) return error
    throw error
  }
  throw new Error('no error')
}

describe('a checkpoint of PyTorch', () => {
  it('gives its tensors by name, in place', () => {
    const file = openTorch(STATE_DICT)
    expect([...file.tensors.keys()]).toEqual([
      'state_dict.a.weight',
      'state_dict.a.last_row',
      'state_dict.half',
      'state_dict.count',
    ])
    expect(file.read('state_dict.a.weight')).toEqual(f32([2, 3], [1, 2, 3, 4, 5, 6]))
    expect(file.read('state_dict.a.last_row')).toEqual(f32([3], [4, 5, 6]))
    expect(file.read('state_dict.half')).toEqual(tensor('f16', [2, 1], Uint16Array.of(0x3e00, 0xc000)))
    expect(file.read('state_dict.count')).toEqual(i64([], [-7]))
    const ref = file.tensors.get('state_dict.a.last_row')
    expect(readFileSync(STATE_DICT).readFloatLE(ref?.offset)).toBe(4)
  })

  it('may have zip64 fields, and a deflated description', () => {
    expect(openTorch(checkpoint(pickle(), [{ name: 'm/data/0', data: floats }], true)).read('w')).toEqual(f32([2], [7, 8]))
    const path = join(folder, 'deflated.pt')
    writeFileSync(
      path,
      zip([
        { name: 'm/data.pkl', data: pickle(), deflate: true },
        { name: 'm/data/0', data: floats },
      ]),
    )
    expect(openTorch(path).read('w')).toEqual(f32([2], [7, 8]))
  })
})

describe('what is refused, and how', () => {
  it.each([
    ['os.system', Buffer.concat([glob('os', 'system'), text('('), word('true'), text('tR.')])],
    ['builtins.eval', Buffer.concat([glob('builtins', 'eval'), text('.')])],
    ['posix.system', Buffer.concat([Buffer.of(0x80, 4), word('posix'), word('system'), Buffer.of(0x93), text('.')])],
    ['numpy.core.multiarray.scalar', Buffer.concat([glob('numpy.core.multiarray', 'scalar'), text('.')])],
    ['torch.DoubleStorage', pickle({ storage: 'DoubleStorage' })],
  ])('a name that is not allowed: %s', (name, data) => {
    const error = errorOf(checkpoint(data))
    expect(error.code).toBe('weights.unsafe-global')
    expect(error.message).toContain(name)
  })

  it.each<[string, Buffer]>([
    ['an instruction to build instances', text('(i__main__\nX\n.')],
    ['INST of old protocols', Buffer.concat([text('('), Buffer.of(0x69), text('os\nsystem\n.')])],
    ['NEWOBJ', Buffer.concat([glob('collections', 'OrderedDict'), text(')'), Buffer.of(0x81), text('.')])],
    ['an extension code', Buffer.of(0x82, 1, 0x2e)],
    ['a call of a dict', Buffer.concat([text('})R.')])],
    ['state for a tuple', text(')}b.')],
    ['an empty stack', text('.')],
    ['no end', text('}')],
    ['a text longer than the file', Buffer.of(0x58, 0xff, 0xff, 0xff, 0x7f)],
    ['a long of 4 GB', Buffer.of(0x8b, 0xff, 0xff, 0xff, 0xff, 0x2e)],
    ['a memory that was never set', Buffer.of(0x68, 9, 0x2e)],
    ['items without mark', text('}u.')],
    ['a tensor beyond its storage', pickle({ offset: 1 })],
    ['a tensor of strange strides', pickle({ shape: [2, 2], stride: [1, 2], count: 4 })],
    ['a shape without strides', pickle({ stride: [] })],
  ])('a description that does not hold: %s', (_what, data) => {
    expect(errorOf(checkpoint(data)).code).toBe('weights.pickle')
  })

  it.each<[string, string, () => string]>([
    ['no zip', 'weights.truncated', () => checkpointOf(Buffer.from('hello'))],
    ['a zip cut short', 'weights.truncated', () => checkpointOf(readFileSync(STATE_DICT).subarray(0, 900))],
    ['a zip of other things', 'weights.format', () => checkpointOf(zip([{ name: 'a.txt', data: floats }]))],
    [
      'two descriptions',
      'weights.format',
      () => checkpointOf(zip(['a', 'b'].map((n) => ({ name: `${n}/data.pkl`, data: pickle() })))),
    ],
    [
      'an entry twice',
      'weights.zip',
      () => checkpointOf(zip(['a', 'a'].map((n) => ({ name: `${n}/data.pkl`, data: pickle() })))),
    ],
    ['data that is missing', 'weights.tensor', () => checkpoint(pickle(), [])],
    ['data that is too short', 'weights.tensor', () => checkpoint(pickle(), [{ name: 'm/data/0', data: floats.subarray(4) }])],
    [
      'data that is deflated',
      'weights.tensor',
      () => checkpoint(pickle(), [{ name: 'm/data/0', data: Buffer.alloc(800), deflate: true }]),
    ],
    ['big-endian data', 'weights.format', () => checkpoint(pickle(), [{ name: 'm/byteorder', data: text('big') }])],
    [
      'a bomb: a description that unpacks to 20 MB',
      'weights.too-large',
      () => checkpointOf(zip([{ name: 'm/data.pkl', data: Buffer.alloc(20_000_000), deflate: true }])),
    ],
    [
      'a bomb that claims to be small',
      'weights.zip',
      () => checkpointOf(zip([{ name: 'm/data.pkl', data: Buffer.alloc(20_000_000), deflate: true, claim: 1000 }])),
    ],
  ])('%s', (_what, code, make) => {
    expect(errorOf(make()).code).toBe(code)
  })

  it('nests without end', () => {
    // l = [l, l]: a list that holds itself.
    const loop = Buffer.concat([text(']'), Buffer.of(0x71, 0), text('('), Buffer.of(0x68, 0, 0x68, 0), text('e.')])
    expect(errorOf(checkpoint(loop)).message).toContain('nested beyond')
    // Each list holds the one before a hundred times.
    const layers = Array.from({ length: 5 }, (_, i) =>
      Buffer.concat([
        text(']'),
        Buffer.of(0x71, i + 1),
        text('('),
        ...Array.from({ length: 100 }, () => Buffer.of(0x68, i)),
        text('e0'),
      ]),
    )
    const laughs = Buffer.concat([text(']'), Buffer.of(0x71, 0), text('0'), ...layers, Buffer.of(0x68, 5), text('.')])
    expect(errorOf(checkpoint(laughs)).message).toContain('nested beyond')
  })

  it('damage of any kind', () => {
    const whole = readFileSync(STATE_DICT)
    const random = seededRandom(21)
    const path = join(folder, 'damaged.pt')
    let refused = 0
    const count = rounds(200, 6000)
    for (let i = 0; i < count; i++) {
      const bytes = mutate(whole, random)
      writeFileSync(path, bytes)
      try {
        const file = openTorch(path)
        for (const key of file.tensors.keys()) expect(file.read(key).shape).toEqual(file.tensors.get(key)?.shape)
      } catch (error) {
        if (!(error instanceof WeightsError)) throw error
        refused++
      }
    }
    expect(refused).toBeGreaterThan(count / 2)
  })

  it('damage inside the description, its checksum made right again', () => {
    const whole = zipContent(readFileSync(STATE_DICT), 'archive/data.pkl')
    const random = seededRandom(22)
    const path = join(folder, 'repacked.pt')
    const storages = ['0', '1', '2'].map((key) => ({ name: `archive/data/${key}`, data: Buffer.alloc(24) }))
    for (let i = 0; i < rounds(200, 6000); i++) {
      writeFileSync(path, zip([{ name: 'archive/data.pkl', data: mutate(whole, random) }, ...storages]))
      try {
        const file = openTorch(path)
        for (const key of file.tensors.keys()) file.read(key)
      } catch (error) {
        if (!(error instanceof WeightsError)) throw error
      }
    }
  })
})

function checkpointOf(bytes: Buffer): string {
  const path = join(folder, `${crc32(bytes)}.pt`)
  writeFileSync(path, bytes)
  return path
}

/** A stored entry of a zip file, by its local header. */
function zipContent(bytes: Buffer, name: string): Buffer {
  const at = bytes.indexOf(name)
  const start = at + name.length
  return bytes.subarray(start, start + bytes.readUInt32LE(at - 30 + 18))
}
