import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../test/support/mutate'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { f32, i64, tensor } from '../ir/tensor'
import { convertWeights, readAllF32, readF32, renamed } from './convert'
import { dequantiseRows, quantiseRows } from './quantise'
import { openSafetensors } from './safetensors'
import { writeSafetensors } from './write-safetensors'

const folder = temporaryFolder()
const random = seededRandom(7)
const normalish = (): number => random() + random() + random() - 1.5

describe('8-bit rows', () => {
  it('err by at most half a step of their own row', () => {
    const weights = f32(
      [5, 3, 7],
      Array.from({ length: 105 }, (_, i) => normalish() * 10 ** Math.floor(i / 21)),
    )
    const quantised = quantiseRows(weights)
    const back = dequantiseRows(quantised)
    expect(quantised.scale.shape).toEqual([5])
    back.data.forEach((x, i) => {
      const step = quantised.scale.data[Math.floor(i / 21)]!
      expect(Math.abs(x - weights.data[i]!)).toBeLessThanOrEqual(step * 0.5001)
    })
  })

  it('keep the largest of a row exactly to rounding, zeros as zeros, and signs', () => {
    const { values, scale } = quantiseRows(f32([3, 2], [-12.7, 6.38, 0, 0, 1e-44, -1e-44]))
    expect([...values.data.subarray(0, 4)]).toEqual([-127, 64, 0, 0])
    expect(scale.data[0]).toBeCloseTo(0.1, 7)
    expect(scale.data[1]).toBe(0)
    expect(dequantiseRows({ values, scale }).data.every(Number.isFinite)).toBe(true)
  })

  it('refuse what is not finite', () => {
    expect(() => quantiseRows(f32([1, 2], [1, NaN]))).toThrow('Row 0 holds NaN')
  })

  it('survive empty tensors', () => {
    expect(dequantiseRows(quantiseRows(f32([0, 4], []))).shape).toEqual([0, 4])
    expect(dequantiseRows(quantiseRows(f32([2, 0], []))).shape).toEqual([2, 0])
  })
})

describe('files at another precision', () => {
  it('read back as f32 within the precision, integers untouched, kept keys exact', async () => {
    const original = join(folder, 'f32.safetensors')
    const weights = {
      'a.weight': f32([8, 16], Array.from({ length: 128 }, normalish)),
      'a.bias': f32([8], Array.from({ length: 8 }, normalish)),
      'keep.weight': f32([2, 2], Array.from({ length: 4 }, normalish)),
      ids: i64([2], [3, 4]),
    }
    await writeSafetensors(original, weights)
    const source = openSafetensors(original)
    for (const [precision, tolerance] of [
      ['f32', 0],
      ['f16', 2 ** -11],
      ['bf16', 2 ** -8],
      ['q8', 1 / 127],
    ] as const) {
      const path = join(folder, `${precision}.safetensors`)
      await convertWeights(source, path, precision, { keep: (key) => key.startsWith('keep.') })
      const converted = openSafetensors(path)
      for (const key of ['a.weight', 'a.bias'] as const) {
        const got = readF32(converted, key)
        const largest = Math.max(...weights[key].data.map(Math.abs))
        expect(got.shape).toEqual(weights[key].shape)
        got.data.forEach((x, i) =>
          expect(Math.abs(x - weights[key].data[i]!), `${precision} ${key}`).toBeLessThanOrEqual(tolerance * largest),
        )
      }
      expect(readF32(converted, 'keep.weight')).toEqual(weights['keep.weight'])
      expect(converted.read('ids')).toEqual(weights.ids)
      if (precision === 'q8') await convertWeights(converted, join(folder, 'again.safetensors'), 'f32')
    }
    const again = openSafetensors(join(folder, 'again.safetensors'))
    expect([...again.tensors.keys()].sort()).toEqual(Object.keys(weights).sort())
    expect(again.read('a.weight')).toEqual(readF32(openSafetensors(join(folder, 'q8.safetensors')), 'a.weight'))
  })

  it('say which tensor has no scale', async () => {
    const path = join(folder, 'bare.safetensors')
    await writeSafetensors(path, { w: tensor('i8', [2, 2], Int8Array.of(1, 2, 3, 4)) })
    expect(() => readAllF32(openSafetensors(path))).toThrow("stores 'w' as i8 without a scale")
  })

  it('can be seen under other keys', async () => {
    const path = join(folder, 'prefixed.safetensors')
    await writeSafetensors(path, { 'model.x': f32([1], [1]), extra: f32([1], [2]) })
    const source = renamed(openSafetensors(path), (key) => (key.startsWith('model.') ? key.slice(6) : undefined))
    expect([...source.tensors.keys()]).toEqual(['x'])
    expect(source.read('x')).toEqual(f32([1], [1]))
  })
})
