import { normalAxis } from '../../src-main/engine/ir/shape'

/** A dense row-major array in float64: what references compute with. Integers and booleans travel as numbers. */
export interface Array64 {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

/** The array of `shape` whose element at an index is `element(index)`. */
export function build(shape: readonly number[], element: (index: readonly number[]) => number): Array64 {
  const count = shape.reduce((product, dim) => product * dim, 1)
  const index = shape.map(() => 0)
  const data = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    data[i] = element(index)
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1
      index[axis] = next === shape[axis] ? 0 : next
      if (index[axis] !== 0) break
    }
  }
  return { shape, data }
}

/** x at an index; 0 outside, as around a padded picture. */
export function at(x: Array64, index: readonly number[]): number {
  let offset = 0
  for (const [axis, dim] of x.shape.entries()) {
    const i = index[axis] ?? 0
    if (i < 0 || i >= dim) return 0
    offset = offset * dim + i
  }
  return x.data[offset] ?? NaN
}

/** x at an index of a shape that it broadcasts to. */
export function atBroadcast(x: Array64, index: readonly number[]): number {
  const skip = index.length - x.shape.length
  return at(
    x,
    x.shape.map((dim, i) => (dim === 1 ? 0 : (index[i + skip] ?? 0))),
  )
}

/** NumPy's broadcast of concrete shapes. */
export function jointShape(shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length))
  return Array.from({ length: rank }, (_, i) => {
    const dims = shapes.map((shape) => shape[i - rank + shape.length] ?? 1)
    return dims.find((dim) => dim !== 1) ?? 1
  })
}

/** f element by element over operands that broadcast. */
export function elementwise(f: (...x: number[]) => number): (inputs: readonly Array64[]) => readonly Array64[] {
  return (inputs) => {
    const shape = jointShape(inputs.map((x) => x.shape))
    return [build(shape, (index) => f(...inputs.map((x) => atBroadcast(x, index))))]
  }
}

/** f of the values that share an index outside `axes`. */
export function reduction(f: (values: readonly number[]) => number) {
  return ([x]: readonly Array64[], { axes, keepDims }: { axes: readonly number[]; keepDims: boolean }): readonly Array64[] => {
    const { shape } = operand(x)
    const reduced = axes.map((axis) => normalAxis(axis, shape.length))
    const groups = new Map<string, number[]>()
    build(shape, (index) => {
      const key = index.map((i, axis) => (reduced.includes(axis) ? 0 : i)).join()
      const group = groups.get(key) ?? []
      groups.set(key, group)
      return group.push(at(operand(x), index))
    })
    const kept = build(
      shape.map((dim, axis) => (reduced.includes(axis) ? 1 : dim)),
      (index) => f(groups.get(index.join()) ?? []),
    )
    return [keepDims ? kept : { shape: shape.filter((_, axis) => !reduced.includes(axis)), data: kept.data }]
  }
}

/** The operand that a reference needs. */
export function operand(x: Array64 | undefined): Array64 {
  if (!x) throw new TypeError('The case gives too few operands.')
  return x
}

/** Error function to float64: Taylor's series within 3, the continued fraction of erfc beyond. */
export function erf(x: number): number {
  const size = Math.abs(x)
  if (size < 3) {
    let term = x
    let sum = x
    for (let n = 1; n < 120; n++) {
      term *= -(x * x) / n
      sum += term / (2 * n + 1)
    }
    return (2 / Math.sqrt(Math.PI)) * sum
  }
  let fraction = size
  for (let k = 60; k > 0; k--) fraction = size + k / 2 / fraction
  return Math.sign(x) * (1 - Math.exp(-size * size) / Math.sqrt(Math.PI) / fraction)
}

/** ‖a − b‖ / ‖b‖; ‖a‖ where b is zero. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  const size = Math.hypot(...Array.from(b))
  const difference = Math.hypot(...Array.from(a, (x, i) => x - (b[i] ?? NaN)))
  return size === 0 ? difference : difference / size
}
