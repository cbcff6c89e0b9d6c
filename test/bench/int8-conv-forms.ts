import { f32, tensor, type Tensor } from '../../src-main/engine/ir/tensor'
import type { Value } from '../../src-main/engine/ir/value'
import { plainNet } from '../../src-main/engine/nn/net'
import { withRowsAround } from '../../src-main/engine/nn/tiles'
import { A_TRANSPOSED, B_TRANSPOSED, G, squared, WINOGRAD_SIDE as SIDE, winogradConv } from '../../src-main/engine/nn/winograd'
import { DATA_TYPE } from '../../src-main/engine/onnx/tensor-proto'
import { createBuilder } from '../../src-main/engine/ops/table'
import { openSession } from '../../src-main/engine/runtime/session'
import { quantiseRows } from '../../src-main/engine/weights/quantise'
import { INT8_LIMIT } from '../../src-main/engine/weights/stored'
import { ofKernels, type Kernel } from './int8-conv-kernels'
import { backFrom, grid, laidOut, pixels, THREADS, tiles, tilesOfPixels, type Form, type Work } from './int8-conv-work'

const numbers = (value: Tensor | undefined): Float32Array => value?.data as Float32Array

/** The decoders' own: Winograd's F(4×4,3×3) in f32. */
export async function winograd(work: Work): Promise<Form> {
  const { from, to, rows, columns } = work
  const b = createBuilder()
  const net = plainNet(b)
  const [R, T] = [rows / SIDE, columns / SIDE]
  const edge = b.constant(f32([SIDE, from, 1, T], new Float32Array(SIDE * from * T)))
  const y = winogradConv(net, 'conv', b.input('x', 'f32', [16, from, R, T]), { above: edge, below: edge }, to, false)
  const weights = { 'conv.weight': work.weight }
  const session = await openSession(b.graph({ y }), { threads: THREADS, weights, weightsAs: 'initializers' })
  const feeds = { x: f32([16, from, R, T], laidOut(work, tiles(from, work))) }
  return {
    run: async () => void (await session.run(feeds)),
    result: async () => backFrom(work, numbers((await session.run(feeds))['y']), tiles(to, work)),
    release: () => session.release(),
  }
}

/**
 * Winograd's with channels last, so that nothing is transposed. `integers`: its 36 products in 8 bits, each with a scale of its own.
 */
export async function winogradOfPixels(work: Work, integers: boolean): Promise<Form> {
  const { from, to, rows, columns } = work
  const b = createBuilder()
  const net = plainNet(b)
  const [R, T] = [rows / SIDE, columns / SIDE]
  const inward = b.constant(f32([6, 6], B_TRANSPOSED.flat()))
  const x = b.input('x', 'f32', [16, R, T, from])
  const edge = b.constant(f32([SIDE, 1, 1, T * from], new Float32Array(SIDE * T * from)))
  const around = withRowsAround(net, b.reshape(x, [16, 1, R, T * from]), { above: edge, below: edge })
  const byRows = b.matMul(inward, b.reshape(around, [6, SIDE * R * T * from]))
  const wide = columnsAround(b, b.reshape(byRows, [6, SIDE, R, T, from]))
  const d = b.matMul(inward, b.reshape(wide, [6, 6, R * T * from]))
  const products = b.split(b.reshape(d, [36, R * T, from]), 0, Array<number>(36).fill(1)).map((part, point) => {
    const [cells, filters] = [b.reshape(part, [R * T, from]), transformed(work, point)]
    if (!integers) return b.matMul(cells, b.constant(turned(filters, to, from)))
    const { values, scale } = columnsOf(filters, to, from)
    return b.emit('DynamicQuantizeMatMul', [cells, b.constant(values), b.constant(scale)], {})
  })
  const outward = b.constant(f32([16, 36], squared(A_TRANSPOSED).flat()))
  const all = b.concat(
    products.map((p) => b.reshape(p, [1, R * T * to])),
    0,
  )
  const y = b.reshape(b.matMul(outward, all), [16, R, T, to])
  const session = await openSession(b.graph({ y }), { threads: THREADS })
  const feeds = { x: f32([16, R, T, from], laidOut(work, tilesOfPixels(from, work))) }
  return {
    run: async () => void (await session.run(feeds)),
    result: async () => backFrom(work, numbers((await session.run(feeds))['y']), tilesOfPixels(to, work)),
    release: () => session.release(),
  }
}

/** `withColumnsAround` with channels last. Shape: (A,s,R,T,C) → (A,s+2,R,T,C). */
function columnsAround(b: ReturnType<typeof createBuilder>, x: Value): Value {
  const rightmost = b.pad(x, [0, 1 - SIDE, 0, 1, 0, 0, 0, 0, -1, 0])
  const leftmost = b.pad(x, [0, 0, 0, -1, 0, 0, 1 - SIDE, 0, 1, 0])
  return b.concat([rightmost, x, leftmost], 1)
}

/** One point of G g Gᵀ of every filter. Shape: (O,C). */
function transformed({ from, to, weight }: Work, point: number): Float32Array {
  const row = squared(G)[point] ?? []
  return Float32Array.from({ length: to * from }, (_, pair) =>
    row.reduce((sum, g, tap) => sum + g * (weight.data[pair * 9 + tap] ?? 0), 0),
  )
}

/** (O,I) → (I,O). */
function turned(rows: Float32Array, out: number, inner: number): Tensor<'f32'> {
  const columns = new Float32Array(rows.length)
  for (let o = 0; o < out; o++) for (let i = 0; i < inner; i++) columns[i * out + o] = rows[o * inner + i] ?? 0
  return f32([inner, out], columns)
}

interface Columns {
  readonly values: Tensor<'i8'>
  readonly scale: Tensor<'f32'>
}

/** Rows (O,I) as integers with a scale each, as products want them: (I,O). */
function columnsOf(rows: Float32Array, out: number, inner: number): Columns {
  const { values, scale } = quantiseRows(f32([out, inner], rows), INT8_LIMIT)
  const columns = turned(Float32Array.from(values.data), out, inner)
  return { values: tensor('i8', [inner, out], Int8Array.from(columns.data)), scale }
}

/** The filters with their taps outside: (O, 9·C). */
function tapsOutside({ from, to, weight }: Work): Float32Array {
  const out = new Float32Array(weight.data.length)
  for (let o = 0; o < to; o++)
    for (let c = 0; c < from; c++)
      for (let tap = 0; tap < 9; tap++) out[(o * 9 + tap) * from + c] = weight.data[(o * from + c) * 9 + tap] ?? 0
  return out
}

/** Nine shifted grids side by side, quantised and multiplied by one product of integers. */
export async function shiftedGrids(work: Work): Promise<Form> {
  const { from, to, rows, columns } = work
  const b = createBuilder()
  const around = b.pad(b.input('x', 'f32', [rows, columns, from]), [1, 1, 0, 1, 1, 0])
  const shifted = Array.from({ length: 9 }, (_, tap) => {
    const [i, j] = [Math.floor(tap / 3), tap % 3]
    return b.slice(b.slice(around, 0, i, i + rows), 1, j, j + columns)
  })
  const { values, scale } = columnsOf(tapsOutside(work), to, 9 * from)
  const patches = b.reshape(b.concat(shifted, 2), [rows * columns, 9 * from])
  const y = b.emit('DynamicQuantizeMatMul', [patches, b.constant(values), b.constant(scale)], {})
  const session = await openSession(b.graph({ y }), { threads: THREADS })
  const feeds = { x: f32([rows, columns, from], laidOut(work, pixels(from, work))) }
  return {
    run: async () => void (await session.run(feeds)),
    result: async () => backFrom(work, numbers((await session.run(feeds))['y']), pixels(to, work)),
    release: () => session.release(),
  }
}

const quantised: Kernel = { op: 'DynamicQuantizeLinear', inputs: ['x'], outputs: ['q', 'step', 'zero'] }
const PADS = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }

/** The same in fewer bytes: the grid is quantised once and shifted as integers. */
export async function shiftedIntegers(work: Work): Promise<Form> {
  const { from, to, rows, columns } = work
  const { values, scale } = columnsOf(tapsOutside(work), to, 9 * from)
  const slices = Array.from({ length: 9 }, (_, tap): Kernel => {
    const [i, j] = [Math.floor(tap / 3), tap % 3]
    return { op: 'Slice', inputs: ['around', `from${i}${j}`, `to${i}${j}`, 'axes'], outputs: [`s${i}${j}`] }
  })
  const i64s = (values: readonly number[]): Tensor => tensor('i64', [values.length], BigInt64Array.from(values, BigInt))
  const constants: Record<string, Tensor> = {
    values,
    scale,
    pads: i64s([1, 1, 0, 1, 1, 0]),
    axes: i64s([0, 1]),
    flat: i64s([-1, 9 * from]),
  }
  for (let i = 0; i < 3; i++)
    for (let j = 0; j < 3; j++) {
      constants[`from${i}${j}`] = i64s([i, j])
      constants[`to${i}${j}`] = i64s([i + rows, j + columns])
    }
  const kernels: Kernel[] = [
    quantised,
    { op: 'Pad', inputs: ['q', 'pads', 'zero'], outputs: ['around'] },
    ...slices,
    { op: 'Concat', inputs: slices.flatMap(({ outputs }) => outputs), outputs: ['wide'], attributes: { axis: 2 } },
    { op: 'Reshape', inputs: ['wide', 'flat'], outputs: ['patches'] },
    { op: 'MatMulIntegerToFloat', inputs: ['patches', 'values', 'step', 'scale', 'zero'], outputs: ['y'] },
  ]
  const { run, y, release } = await ofKernels(kernels, constants, f32([rows, columns, from], laidOut(work, pixels(from, work))))
  return { run, release, result: async () => backFrom(work, await y(), pixels(to, work)) }
}

/** (O,C,3,3) as integers with a scale for each O. */
function filtersOf({ from, to, weight }: Work): Columns {
  const { values, scale } = quantiseRows(f32([to, from * 9], weight.data), INT8_LIMIT)
  return { values: tensor('i8', [to, from, 3, 3], values.data), scale }
}

/** ONNX Runtime's convolution of integers with sums as they are. */
export async function convInteger(work: Work): Promise<Form> {
  const { to } = work
  const { values, scale } = filtersOf(work)
  const kernels: Kernel[] = [
    quantised,
    { op: 'ConvInteger', inputs: ['q', 'values', 'zero'], outputs: ['sums'], attributes: PADS },
    { op: 'Cast', inputs: ['sums'], outputs: ['counts'], attributes: { to: DATA_TYPE.f32 } },
    { op: 'Mul', inputs: ['scale', 'step'], outputs: ['unit'] },
    { op: 'Mul', inputs: ['counts', 'unit'], outputs: ['y'] },
  ]
  const { run, y, release } = await ofKernels(kernels, { values, scale: f32([to, 1, 1], scale.data) }, work.x)
  return { run, release, result: async () => backFrom(work, await y(), grid(work)) }
}

/** ONNX Runtime's convolution of integers to integers of a range that is known before: `least` … `most` of the results. */
export async function convToIntegers(work: Work, least: number, most: number): Promise<Form> {
  const { values, scale } = filtersOf(work)
  const step = (most - least) / 255
  const constants = {
    ...{ values, scale, outStep: f32([], [step]) },
    outZero: tensor('u8', [], Uint8Array.of(Math.round(-least / step))),
    none: tensor('i8', [work.to], new Int8Array(work.to)),
  }
  const kernels: Kernel[] = [
    quantised,
    {
      ...{ op: 'QLinearConv', outputs: ['r'], attributes: PADS },
      inputs: ['q', 'step', 'zero', 'values', 'scale', 'none', 'outStep', 'outZero'],
    },
    { op: 'DequantizeLinear', inputs: ['r', 'outStep', 'outZero'], outputs: ['y'] },
  ]
  const { run, y, release } = await ofKernels(kernels, constants, work.x)
  return { run, release, result: async () => backFrom(work, await y(), grid(work)) }
}
