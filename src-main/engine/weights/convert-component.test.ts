import { join } from 'node:path'
import { expect, test } from 'vitest'
import { seededRandom } from '../../../test/support/mutate'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { f32, i64, type Tensor } from '../ir/tensor'
import { readF32 } from './convert'
import { convertComponent } from './convert-component'
import { formatOf, logicalShape } from './stored'
import { openSafetensors } from './safetensors'
import { writeSafetensors } from './write-safetensors'

const folder = temporaryFolder()
const random = seededRandom(11)
const normals = (shape: readonly number[]): Tensor<'f32'> =>
  f32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() + random() + random() - 1.5),
  )

const weights = {
  'a.weight': normals([6, 96]),
  'a.bias': normals([6]),
  'odd.weight': normals([4, 10]),
  'kernel.weight': normals([4, 3, 2, 2]),
  ids: i64([2], [3, 4]),
}
const original = join(folder, 'f32.safetensors')

/** The largest error of a weight against the largest of its row or block. */
function worst(got: Tensor<'f32'>, want: Tensor<'f32'>, width: number): number {
  let most = 0
  for (let from = 0; from < want.data.length; from += width) {
    const row = want.data.subarray(from, from + width)
    const largest = row.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
    row.forEach((w, i) => (most = Math.max(most, Math.abs(got.data[from + i]! - w) / largest)))
  }
  return most
}

// Half a step: of 127 steps up to the largest of a row; of 15 steps across the range of a block, at most twice its largest
// (and the zero is rounded to a step too).
test.each([
  ['f32', 'f32', 0, 96],
  ['f16', 'f16', 2 ** -11, 96],
  ['q8', 'q8', 0.5001 / 127, 96],
  ['int8', 'int8', 0.5001 / 90, 96],
  ['q4', 'q4', 2.001 / 15, 32],
] as const)(
  '%s: matrices within its steps, vectors and integers untouched, back to f32',
  async (precision, format, bound, width) => {
    await writeSafetensors(original, weights)
    const path = join(folder, `${precision}.safetensors`)
    const told: number[] = []
    await convertComponent(openSafetensors(original), precision, path, { progress: (done, total) => told.push(done / total) })
    const converted = openSafetensors(path)
    expect(told.at(-1)).toBe(1)
    expect(formatOf(converted, 'a.weight')).toBe(format)
    expect(logicalShape(converted, 'a.weight')).toEqual([6, 96])
    const got = readF32(converted, 'a.weight')
    expect(got.shape).toEqual([6, 96])
    const error = worst(got, weights['a.weight'], width)
    expect(error).toBeLessThanOrEqual(bound)
    if (bound > 0) expect(error).toBeGreaterThan(bound / 20)
    expect(readF32(converted, 'a.bias')).toEqual(weights['a.bias'])
    expect(readF32(converted, 'kernel.weight').shape).toEqual([4, 3, 2, 2])
    expect(worst(readF32(converted, 'odd.weight'), weights['odd.weight'], 10)).toBeLessThanOrEqual(Math.max(bound, 0.5 / 127))
    expect(converted.read('ids')).toEqual(weights.ids)

    const again = join(folder, 'again.safetensors')
    await convertComponent(converted, 'f32', again)
    expect([...openSafetensors(again).tensors.keys()].sort()).toEqual(Object.keys(weights).sort())
    expect(openSafetensors(again).read('a.weight')).toEqual(got)
  },
)

test('a plan decides over single weights', async () => {
  await writeSafetensors(original, weights)
  const path = join(folder, 'planned.safetensors')
  await convertComponent(openSafetensors(original), 'q4', path, { plan: (key) => (key === 'a.weight' ? 'q8' : 'f32') })
  const converted = openSafetensors(path)
  expect(['a.weight', 'odd.weight'].map((key) => formatOf(converted, key))).toEqual(['q8', 'f32'])
})

test('a block of zeros stays zero, and a weight that is not finite is refused', async () => {
  const path = join(folder, 'zeros.safetensors')
  await writeSafetensors(original, { w: f32([2, 32], new Float32Array(64)) })
  await convertComponent(openSafetensors(original), 'q4', path)
  expect(readF32(openSafetensors(path), 'w').data.every((w) => w === 0)).toBe(true)
  await writeSafetensors(original, { w: f32([1, 32], new Float32Array(32).fill(1).with(5, NaN)) })
  await expect(convertComponent(openSafetensors(original), 'q4', join(folder, 'nan.safetensors'))).rejects.toThrow('not finite')
})

test('stops when it is told to', async () => {
  await writeSafetensors(original, weights)
  const stopped = convertComponent(openSafetensors(original), 'q8', join(folder, 'stopped.safetensors'), {
    signal: AbortSignal.abort(new Error('enough')),
  })
  await expect(stopped).rejects.toThrow('enough')
})
