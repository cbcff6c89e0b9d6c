import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

export const reference: Reference<'Slice'> = ([given], { axis, start, end, step }, size) => {
  const x = operand(given)
  const along = axis < 0 ? axis + x.shape.length : axis
  const length = Math.ceil((size(end) - size(start)) / step)
  const shape = x.shape.map((dim, i) => (i === along ? length : dim))
  return [
    build(shape, (index) =>
      at(
        x,
        index.map((i, a) => (a === along ? size(start) + i * step : i)),
      ),
    ),
  ]
}

const range = [-2, 2] as const
const tolerance = 1e-6

export const cases: readonly OpCase<'Slice'>[] = [
  { shapes: [[2, 6]], attrs: { axis: 1, start: 1, end: 4, step: 1 }, range, tolerance, why: 'an inner stretch' },
  { shapes: [[2, 7]], attrs: { axis: -1, start: 0, end: 7, step: 2 }, range, tolerance, why: 'every second, the last one too' },
  { shapes: [[2, 8]], attrs: { axis: 1, start: 1, end: 8, step: 3 }, range, tolerance, why: 'a rest after the last' },
  {
    shapes: [['b', '2*n']],
    attrs: { axis: 1, start: 1, end: '2*n', step: 2 },
    range,
    tolerance,
    why: 'the odd places of a symbolic axis',
  },
  { shapes: [['b', 'n+3']], attrs: { axis: 1, start: 1, end: 'n+1', step: 1 }, range, tolerance, why: 'a symbolic end' },
  { shapes: [['3*n', 2]], attrs: { axis: 0, start: 'n', end: '2*n', step: 1 }, range, tolerance, why: 'a symbolic start' },
  { shapes: [[6]], dtypes: 'i64', attrs: { axis: 0, start: 2, end: 5, step: 1 }, range: [-9, 9], tolerance: 0, why: 'integers' },
]
