import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../test/support/temporary-folder'
import { f32ToBf16 } from '../ir/half'
import { f32, i64, tensor, type Tensor } from '../ir/tensor'
import type { Dim } from '../ir/dim'
import type { Value } from '../ir/value'
import type { Builder } from '../ir/builder'
import { createBuilder } from '../ops/table'
import { openSession } from '../runtime/session'
import { openSafetensors } from '../weights/safetensors'
import { writeSafetensors } from '../weights/write-safetensors'

const folder = temporaryFolder()

const count = (shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, 1)
const iota = (shape: readonly number[]): Tensor<'f32'> =>
  f32(
    shape,
    Float32Array.from({ length: count(shape) }, (_, i) => i),
  )

/** Runs a graph of one input `x` for each concrete shape and gives the shapes that come out. */
async function shapesOf(
  shape: readonly Dim[],
  build: (b: Builder, x: Value) => readonly Value[],
  sizes: readonly (readonly number[])[],
): Promise<unknown[]> {
  const b = createBuilder()
  const outputs = build(b, b.input('x', 'f32', shape))
  const session = await openSession(b.graph(Object.fromEntries(outputs.map((value, i) => [`y${i}`, value]))))
  const shapes: unknown[] = []
  for (const size of sizes) {
    const results = await session.run({ x: iota(size) })
    shapes.push(outputs.map((_, i) => results[`y${i}`]?.shape))
  }
  await session.release()
  return shapes
}

describe('symbolic dimensions become numbers at run time', () => {
  it('in a reshape: products of symbols', async () => {
    const shapes = await shapesOf(['b', 'h', 'w', 4], (b, x) => [b.reshape(x, ['b', 'h*w', 4]), b.reshape(x, ['4*b*h*w'])], [
      [2, 3, 5, 4],
      [1, 7, 2, 4],
    ])
    expect(shapes).toEqual([
      [[2, 15, 4], [120]],
      [[1, 14, 4], [56]],
    ])
  })

  it('in a reshape: a multiple of a symbol comes apart', async () => {
    const patches = (b: Builder, x: Value): Value[] => [
      b.reshape(b.transpose(b.reshape(x, ['b', 'h', 2, 'w', 2]), [0, 1, 3, 2, 4]), ['b', 'h*w', 4]),
    ]
    expect(await shapesOf(['b', '2*h', '2*w'], patches, [[3, 4, 10]])).toEqual([[[3, 10, 4]]])
  })

  it('in an expand, a slice, a split and a concatenation', async () => {
    const build = (b: Builder, x: Value): Value[] => [
      b.expand(b.reshape(x, [1, 'h', 'w']), ['2*h', 'h', 'w']),
      b.slice(x, 0, 1, 'h'),
      ...b.split(b.reshape(x, ['h*w']), 0, ['h', 'h*w-h']),
      b.concat([x, x, x], 1),
    ]
    expect(
      await shapesOf(['h', 'w'], build, [
        [2, 3],
        [5, 4],
      ]),
    ).toEqual([
      [[4, 2, 3], [1, 3], [2], [4], [2, 9]],
      [[10, 5, 4], [4, 4], [5], [15], [5, 12]],
    ])
  })

  it('by negative and constant terms', async () => {
    const build = (b: Builder, x: Value): Value[] => [b.slice(x, 0, 2, 'n-1'), b.pad(b.slice(x, 0, 0, 'n-3'), [1, 2])]
    expect(await shapesOf(['n'], build, [[7], [12]])).toEqual([
      [[4], [7]],
      [[9], [12]],
    ])
  })

  it('says which symbol no input determines', async () => {
    const b = createBuilder()
    const graph = b.graph({ y: b.reshape(b.input('x', 'f32', ['b*n', 4]), ['b', 'n', 4]) })
    await expect(openSession(graph)).rejects.toThrow("No input axis gives the size of 'b'.")
  })
})

describe('weights', () => {
  const b = createBuilder()
  const [x, w] = [b.input('x', 'f32', ['b', 3]), b.param('w', 'f32', [3, 2])]
  const graph = b.graph({ y: b.matMul(x, w) })
  const feeds = { x: f32([1, 3], [1, 2, 3]) }
  const weight = f32([3, 2], [1, 0, 0, 1, 2, 2])
  const product = [7, 8]

  it('are fed, stored, or mapped from a safetensors file at any offset', async () => {
    const path = join(folder, 'model.safetensors')
    // An odd number of bytes before it leaves the weight unaligned.
    await writeSafetensors(path, { before: tensor('u8', [3], Uint8Array.of(1, 2, 3)), w: weight, after: f32([1], [9]) })
    const ref = openSafetensors(path).tensors.get('w')!
    for (const options of [
      { weights: { w: weight } },
      { weights: { w: weight }, weightsAs: 'initializers' },
      { weights: { w: ref } },
      { weights: { w: ref }, mapped: true },
    ] as const) {
      const session = await openSession(graph, options)
      expect([...(await session.run(feeds))['y']!.data]).toEqual(product)
      await session.release()
    }
  })

  it('in 16 bits are widened in the graph', async () => {
    const narrow = createBuilder()
    const [input, halves] = [narrow.input('x', 'f32', ['b', 3]), narrow.param('w', 'bf16', [3, 2])]
    const session = await openSession(narrow.graph({ y: narrow.matMul(input, narrow.cast(halves, 'f32')) }), {
      weights: { w: tensor('bf16', [3, 2], f32ToBf16(weight.data)) },
      weightsAs: 'initializers',
    })
    expect([...(await session.run(feeds))['y']!.data]).toEqual(product)
    await session.release()
  })

  it('give a clear error where their file is shorter than it says', async () => {
    const path = join(folder, 'short.bin')
    writeFileSync(path, new Uint8Array(8))
    const options = { weights: { w: { dtype: 'f32', shape: [3, 2], file: path, offset: 0, length: 24 } } } as const
    await expect(openSession(graph, options)).rejects.toThrow(/cpu cannot run this graph: .*w/s)
  })
})

it('one value may be several outputs, and an input may be an output', async () => {
  const b = createBuilder()
  const x = b.input('x', 'f32', ['n'])
  const y = b.exp(x)
  const session = await openSession(b.graph({ first: y, second: y, x, constant: b.constant(i64([2], [3, 4])) }))
  const out = await session.run({ x: f32([2], [0, 0]) })
  expect(Object.fromEntries(Object.entries(out).map(([name, { data }]) => [name, [...data].map(Number)]))).toEqual({
    first: [1, 1],
    second: [1, 1],
    x: [0, 0],
    constant: [3, 4],
  })
  await session.release()
})
