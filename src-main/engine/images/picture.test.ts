import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { f32, type Tensor } from '../ir/tensor'
import { openSafetensors } from '../weights/safetensors'
import { picture, toBytes, toPictures, toTensor } from './picture'

const PIPELINE = join(import.meta.dirname, '../../../test/golden/fixtures/pipeline/cases.safetensors')

describe('numbers and bytes', () => {
  it('truncates as the reference does', () => {
    const cases = openSafetensors(PIPELINE)
    for (const key of [...cases.tensors.keys()].filter((name) => name.endsWith('image_u8'))) {
      const image = cases.read(key.replace('image_u8', 'image')) as Tensor<'f32'>
      const want = cases.read(key)
      const wrong = toBytes(image).data.filter((byte, i) => byte !== want.data[i])
      expect(wrong.length, key).toBe(0)
    }
  })

  it('clamps, and makes NaN black', () => {
    const values = [-2, -1.0039, -1, -0.99, 0, 0.999, 1, 9, Infinity, -Infinity, NaN]
    expect([...toBytes(f32([1, 1, 1, 11], values)).data]).toEqual([0, 0, 0, 1, 128, 255, 255, 255, 255, 0, 0])
  })

  it('gives every byte back through the autoencoder range', () => {
    const all = picture(
      16,
      16,
      Uint8Array.from({ length: 768 }, (_, i) => i % 256),
    )
    const there = toTensor([all, all])
    expect(there.shape).toEqual([2, 3, 16, 16])
    expect(there.data[0]).toBe(-1)
    for (const back of toPictures(there)) expect(back).toEqual(all)
  })

  it('keeps channels and rows in place', () => {
    const rgb = Uint8Array.from({ length: 2 * 3 * 3 }, (_, i) => i * 10)
    const { shape, data } = toTensor([picture(2, 3, rgb)])
    expect(shape).toEqual([1, 3, 3, 2])
    // Channel 1 (green) of row 2, column 1 is byte (2·2+1)·3+1.
    expect(data[1 * 6 + 2 * 2 + 1]).toBeCloseTo(160 / 127.5 - 1, 6)
  })

  it('refuses sizes that do not fit', () => {
    expect(() => picture(2, 2, new Uint8Array(11))).toThrow('2×2 has 11 bytes')
    expect(() => toPictures(f32([1, 4, 1, 1], [0, 0, 0, 0]))).toThrow('(1,4,1,1)')
    expect(() => toTensor([picture(1, 1, new Uint8Array(3)), picture(1, 2, new Uint8Array(6))])).toThrow('Picture 1')
  })
})
