import { crc32, deflateRawSync } from 'node:zlib'

/** An entry of a zip file. */
export interface Part {
  readonly name: string
  readonly data: Uint8Array
  readonly deflate?: boolean
  /** A size to claim instead of the true one. */
  readonly claim?: number
}

/** A zip file of parts; with `wide`, all sizes and offsets stand in zip64 fields. */
export function zip(parts: readonly Part[], wide = false): Buffer {
  const files: Buffer[] = []
  const directory: Buffer[] = []
  let offset = 0
  for (const { name, data, deflate, claim } of parts) {
    const packed = deflate ? deflateRawSync(data) : Buffer.from(data)
    const size = claim ?? data.length
    const local = Buffer.alloc(30)
    local.writeUInt32LE(0x04034b50)
    local.writeUInt16LE(name.length, 26)
    const central = Buffer.alloc(46)
    central.writeUInt32LE(0x02014b50)
    central.writeUInt16LE(deflate ? 8 : 0, 10)
    central.writeUInt32LE(crc32(data), 16)
    const extra = Buffer.alloc(wide ? 28 : 0)
    if (wide) {
      extra.writeUInt16LE(1)
      extra.writeUInt16LE(24, 2)
      ;[size, packed.length, offset].forEach((value, i) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * i))
    }
    central.writeUInt32LE(wide ? 0xffffffff : packed.length, 20)
    central.writeUInt32LE(wide ? 0xffffffff : size, 24)
    central.writeUInt16LE(name.length, 28)
    central.writeUInt16LE(extra.length, 30)
    central.writeUInt32LE(wide ? 0xffffffff : offset, 42)
    files.push(local, Buffer.from(name), packed)
    directory.push(central, Buffer.from(name), extra)
    offset += 30 + name.length + packed.length
  }
  const length = directory.reduce((sum, part) => sum + part.length, 0)
  const wideEnd = Buffer.alloc(wide ? 76 : 0)
  if (wide) {
    wideEnd.writeUInt32LE(0x06064b50)
    ;[parts.length, length, offset].forEach((value, i) => wideEnd.writeBigUInt64LE(BigInt(value), 32 + 8 * i))
    wideEnd.writeUInt32LE(0x07064b50, 56)
    wideEnd.writeBigUInt64LE(BigInt(offset + length), 64)
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50)
  end.writeUInt16LE(parts.length, 10)
  end.writeUInt32LE(wide ? 0xffffffff : length, 12)
  end.writeUInt32LE(wide ? 0xffffffff : offset, 16)
  return Buffer.concat([...files, ...directory, wideEnd, end])
}

export const text = (value: string): Buffer => Buffer.from(value, 'latin1')
export const word = (value: string): Buffer => Buffer.concat([Buffer.of(0x8c, value.length), text(value)])
export const glob = (module: string, name: string): Buffer => text(`c${module}\n${name}\n`)
/** {'w': tensor of `shape` at `offset` in float storage '0' of `count`} */
export function pickle({ shape = [2], stride = [1], offset = 0, count = 2, storage = 'FloatStorage', key = '0' } = {}): Buffer {
  const numbers = (values: readonly number[]): Buffer =>
    Buffer.concat([text('('), ...values.map((value) => Buffer.of(0x4b, value)), text('t')])
  const id = Buffer.concat([
    text('('),
    word('storage'),
    glob('torch', storage),
    word(key),
    word('cpu'),
    Buffer.of(0x4b, count),
    text('tQ'),
  ])
  const call = [
    glob('torch._utils', '_rebuild_tensor_v2'),
    text('('),
    id,
    Buffer.of(0x4b, offset),
    numbers(shape),
    numbers(stride),
  ]
  return Buffer.concat([
    Buffer.of(0x80, 2),
    text('}'),
    word('w'),
    ...call,
    Buffer.of(0x89),
    glob('collections', 'OrderedDict'),
    text(')RtRs.'),
  ])
}
