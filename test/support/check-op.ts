import { expect } from 'vitest'
import { jvp } from '../../src-main/engine/autodiff/jvp'
import { vjp } from '../../src-main/engine/autodiff/vjp'
import { f16ToF32, f32ToF16 } from '../../src-main/engine/ir/half'
import { evaluateDim, symbolsOf, type Dim } from '../../src-main/engine/ir/dim'
import { allocate, isFloat, type DType } from '../../src-main/engine/ir/dtype'
import type { Builder } from '../../src-main/engine/ir/builder'
import type { OpDef } from '../../src-main/engine/ir/op'
import type { OpName, OpSpecs } from '../../src-main/engine/ir/op-specs'
import type { Tensor } from '../../src-main/engine/ir/tensor'
import type { Value } from '../../src-main/engine/ir/value'
import { createBuilder } from '../../src-main/engine/ops/table'
import { openSession, type Session } from '../../src-main/engine/runtime/session'
import { seededRandom } from './mutate'
import type { OpCase, OpSuite } from './op-case'
import { distance, type Array64 } from './reference'

/** Step of the central difference: its error is some 1e-10 in float64. */
const STEP = 1e-5

type Numbers = Readonly<Record<string, number>>

/**
 * Checks one case of an op on ONNX Runtime: inferred against actual types, forward against the reference, forward mode
 * against central differences of the reference, and ⟨w, Jv⟩ = ⟨Jᵀw, v⟩ for each operand alone and for all together.
 */
export async function checkOp<K extends OpName>(op: K, suite: OpSuite<K>, item: OpCase<K>): Promise<void> {
  const problem = trace(op, suite, item)
  const session = await openSession(problem.b.graph(problem.outputs))
  try {
    for (const sizes of sizesOf(item)) await checkAt(problem, session, suite, item, sizes)
  } finally {
    await session.release()
  }
}

/** The traced case: its operands, results, tangents and cotangents by name. */
interface Problem<K extends OpName> {
  readonly b: Builder
  readonly attrs: OpSpecs[K]['attrs']
  readonly inputs: readonly Value[]
  readonly results: readonly Value[]
  /** Operands that carry derivatives; none where the op has no rule. */
  readonly moving: readonly number[]
  readonly outputs: Readonly<Record<string, Value>>
}

function trace<K extends OpName>(op: K, suite: OpSuite<K>, item: OpCase<K>): Problem<K> {
  const b = createBuilder()
  const attrs = (item.attrs ?? {}) as OpSpecs[K]['attrs']
  const inputs = item.shapes.map((shape, i) => b.input(`x${i}`, dtypeOf(item, i), shape))
  const results = b.emitAll(op, inputs as never, attrs)
  const outputs: Record<string, Value> = {}
  results.forEach((y, j) => (outputs[`y${j}`] = y))
  const def = b.table[op] as unknown as OpDef<OpName>
  const hasRule = !('nonDifferentiable' in def.vjp) && results.some((y) => isFloat(y.dtype))
  const moving = inputs.flatMap((x, i) => (hasRule && isFloat(x.dtype) && !suite.still?.includes(i) ? [i] : []))
  const tangents = inputs.map((x, i) => (moving.includes(i) ? b.input(`v${i}`, x.dtype, x.shape) : b.zero(x)))
  const cotangents = results.map((y, j) => (moving.length > 0 ? b.input(`w${j}`, y.dtype, y.shape) : b.zero(y)))
  if (moving.length > 0) {
    const pick = (which: readonly number[]): { inputs: Value[]; tangents: Value[] } => ({
      inputs: which.map((i) => inputs[i]!),
      tangents: which.map((i) => tangents[i]!),
    })
    for (const which of [...moving.map((i) => [i]), moving]) {
      jvp(b, { outputs: results, ...pick(which) }).forEach((dot, j) => (outputs[`dot${which.join('+')}:${j}`] = dot))
    }
    const bars = vjp(b, { outputs: results, cotangents, wrt: moving.map((i) => inputs[i]!) })
    bars.forEach((bar, k) => (outputs[`bar${moving[k]}`] = bar))
    // A feed must exist even where the derivative turns out to be zero and reads nothing.
    tangents.forEach((v, i) => moving.includes(i) && (outputs[`echo v${i}`] = v))
    cotangents.forEach((w, j) => (outputs[`echo w${j}`] = w))
  }
  return { b, attrs, inputs, results, moving, outputs }
}

async function checkAt<K extends OpName>(
  problem: Problem<K>,
  session: Session,
  suite: OpSuite<K>,
  item: OpCase<K>,
  sizes: Numbers,
): Promise<void> {
  const { inputs, results, moving, attrs } = problem
  const size = (dim: Dim): number => evaluateDim(dim, sizes)
  const random = seededRandom(inputs.length * 7 + results.length)
  const draw = (value: Value, [low, high]: readonly [number, number]): Array64 => {
    const shape = value.shape.map(size)
    return rounded(value.dtype, shape, () => low + (high - low) * random())
  }
  const x = inputs.map((value, i) => draw(value, rangeOf(item, i)))
  const v = inputs.map((value) => draw(value, [-1, 1]))
  const w = results.map((value) => draw(value, [-1, 1]))
  const feeds: Record<string, Tensor> = {}
  inputs.forEach((value, i) => (feeds[`x${i}`] = toTensor(value.dtype, x[i]!)))
  if (moving.length > 0) {
    moving.forEach((i) => (feeds[`v${i}`] = toTensor(inputs[i]!.dtype, v[i]!)))
    results.forEach((value, j) => (feeds[`w${j}`] = toTensor(value.dtype, w[j]!)))
  }
  const out = await session.run(feeds)
  const read = (name: string): Float64Array => fromTensor(out[name]!)
  const { tolerance } = item
  const [valueTolerance, slopeTolerance] =
    typeof tolerance === 'number' ? [tolerance, tolerance] : [tolerance.value, tolerance.derivative]

  const expected = suite.reference(x, attrs, size)
  expect(results.length, 'number of outputs').toBe(expected.length)
  results.forEach((value, j) => {
    const actual = out[`y${j}`]!
    expect({ dtype: actual.dtype, shape: actual.shape }, `type of output ${j}`).toEqual({
      dtype: value.dtype,
      shape: value.shape.map(size),
    })
    expect(expected[j]!.shape, `shape of the reference's output ${j}`).toEqual(actual.shape)
    expect(distance(read(`y${j}`), expected[j]!.data), `output ${j} against the reference`).toBeLessThanOrEqual(valueTolerance)
  })
  if (moving.length === 0) return
  for (const which of [...moving.map((i) => [i]), moving]) {
    const slopes = suite.derivativeIsZero
      ? expected.map((y) => new Float64Array(y.data.length))
      : centralDifference((moved) => suite.reference(moved, attrs, size), x, v, which)
    slopes.forEach((slope, j) => {
      const forward = read(`dot${which.join('+')}:${j}`)
      expect(distance(forward, slope), `tangent of output ${j} along operand ${which.join('+')}`).toBeLessThanOrEqual(
        slopeTolerance,
      )
    })
    const dots = results.map((_, j) => read(`dot${which.join('+')}:${j}`))
    const viaForward = sum(dots.map((dot, j) => inner(w[j]!.data, dot)))
    const viaReverse = sum(which.map((i) => inner(read(`bar${i}`), v[i]!.data)))
    const scale = Math.hypot(...w.map((a) => Math.hypot(...a.data))) * Math.hypot(...dots.map((a) => Math.hypot(...a))) || 1
    expect(Math.abs(viaForward - viaReverse) / scale, `⟨w,Jv⟩ − ⟨Jᵀw,v⟩ along operand ${which.join('+')}`).toBeLessThanOrEqual(
      slopeTolerance,
    )
  }
  moving.forEach((i) => expect(out[`bar${i}`]!.shape, `shape of cotangent ${i}`).toEqual(x[i]!.shape))
}

function centralDifference(
  f: (x: readonly Array64[]) => readonly Array64[],
  x: readonly Array64[],
  v: readonly Array64[],
  which: readonly number[],
): Float64Array[] {
  const moved = (step: number): readonly Array64[] =>
    f(
      x.map((value, i) =>
        which.includes(i) ? { shape: value.shape, data: value.data.map((e, k) => e + step * v[i]!.data[k]!) } : value,
      ),
    )
  const [above, below] = [moved(STEP), moved(-STEP)]
  return above.map((y, j) => y.data.map((e, k) => (e - below[j]!.data[k]!) / (2 * STEP)))
}

/** Two sizes for every symbol, none equal to another, so that a mixed-up axis shows. */
function sizesOf(item: OpCase<OpName>): Numbers[] {
  const symbols = [...new Set(item.shapes.flat().flatMap(symbolsOf))]
  if (symbols.length === 0) return [{}]
  return [2, 5].map((base) => Object.fromEntries(symbols.map((symbol, i) => [symbol, base + i])))
}

function dtypeOf(item: OpCase<OpName>, i: number): DType {
  const { dtypes = 'f32' } = item
  return typeof dtypes === 'string' ? dtypes : (dtypes[i] ?? 'f32')
}

function rangeOf(item: OpCase<OpName>, i: number): readonly [number, number] {
  const [first] = item.range
  return typeof first === 'number'
    ? (item.range as readonly [number, number])
    : ((item.range as readonly (readonly [number, number])[])[i] ?? [-1, 1])
}

/** Numbers that a dtype holds exactly, so that reference and runtime start from the same operands. */
function rounded(dtype: DType, shape: readonly number[], draw: () => number): Array64 {
  const count = shape.reduce((product, dim) => product * dim, 1)
  const raw = Float64Array.from({ length: count }, draw)
  if (dtype === 'f32') return { shape, data: Float64Array.from(Float32Array.from(raw)) }
  if (dtype === 'f16') return { shape, data: Float64Array.from(f16ToF32(f32ToF16(Float32Array.from(raw)))) }
  if (dtype === 'bool') return { shape, data: raw.map((e) => (e > 0 ? 1 : 0)) }
  return { shape, data: raw.map(Math.round) }
}

function toTensor(dtype: DType, { shape, data }: Array64): Tensor {
  if (dtype === 'f16') return { dtype, shape, data: f32ToF16(Float32Array.from(data)) }
  if (dtype === 'i64') return { dtype, shape, data: BigInt64Array.from(data, BigInt) }
  const storage = allocate(dtype, data.length)
  ;(storage as Float32Array).set(data)
  return { dtype, shape, data: storage }
}

function fromTensor({ dtype, data }: Tensor): Float64Array {
  return dtype === 'f16' ? Float64Array.from(f16ToF32(data as Uint16Array)) : Float64Array.from(data as Float32Array, Number)
}

function inner(a: Float64Array, b: Float64Array): number {
  return sum([...a].map((x, i) => x * b[i]!))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}
