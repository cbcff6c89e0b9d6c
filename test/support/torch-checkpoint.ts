import { writeFileSync } from 'node:fs'
import type { Tensor } from '../../src-main/engine/ir/tensor'
import { text, zip, type Part } from './torch-file'

/** Nested dicts of tensors, as torch.save takes them. */
export type TorchTree = { readonly [key: string]: Tensor | TorchTree | number }

/** Writes what torch.save writes: a zip of stored entries, a pickle (protocol 2) and one storage for each f32 tensor. */
export function writeTorchFile(path: string, tree: TorchTree): void {
  const storages: Uint8Array[] = []
  const pickle = Buffer.concat([Buffer.of(0x80, 2), pickleOf(tree, storages), text('.')])
  const parts: Part[] = [
    { name: 'archive/data.pkl', data: pickle },
    ...storages.map((data, i) => ({ name: `archive/data/${i}`, data })),
    { name: 'archive/version', data: text('3\n') },
  ]
  writeFileSync(path, zip(parts))
}

const global = (name: string): Buffer => text(`c${name.replace(/\.(?=\w+$)/, '\n')}\n`)
const word = (value: string): Buffer => Buffer.concat([text('X'), u32(Buffer.byteLength(value)), Buffer.from(value)])
const int = (value: number): Buffer => Buffer.concat([text('J'), u32(value)])
const tuple = (...items: Buffer[]): Buffer => Buffer.concat([text('('), ...items, text('t')])

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function pickleOf(value: TorchTree[string], storages: Uint8Array[]): Buffer {
  if (typeof value === 'number') return int(value)
  if (isTensor(value)) return tensorOf(value, storages)
  const members = Object.entries(value).flatMap(([key, part]) => [word(key), pickleOf(part, storages)])
  return Buffer.concat([text('}('), ...members, text('u')])
}

function isTensor(value: Tensor | TorchTree): value is Tensor {
  return 'data' in value && ArrayBuffer.isView(value.data)
}

function tensorOf({ dtype, shape, data }: Tensor, storages: Uint8Array[]): Buffer {
  if (dtype !== 'f32') throw new RangeError('writeTorchFile: f32 alone.')
  const key = storages.push(new Uint8Array(data.buffer, data.byteOffset, data.byteLength)) - 1
  const storage = tuple(word('storage'), global('torch.FloatStorage'), word(String(key)), word('cpu'), int(data.length))
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, dim) => product * dim, 1))
  const hooks = Buffer.concat([global('collections.OrderedDict'), text(')R')])
  const numbers = (values: readonly number[]): Buffer => tuple(...values.map(int))
  const place = Buffer.concat([storage, text('Q')])
  const args = tuple(place, int(0), numbers(shape), numbers(strides), Buffer.of(0x89), hooks)
  return Buffer.concat([global('torch._utils._rebuild_tensor_v2'), args, text('R')])
}
