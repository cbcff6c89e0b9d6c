import type { OpCase, Reference } from '../../../test/support/op-case'
import { at, build, operand } from '../../../test/support/reference'

/** What a dtype keeps of a number; halves are compared at their own precision. */
export const reference: Reference<'Cast'> = ([given], { to }) => {
  const x = operand(given)
  const keep = (value: number): number => {
    if (to === 'bool') return Number(value !== 0)
    return to === 'f32' || to === 'f16' ? value : Math.trunc(value)
  }
  return [build(x.shape, (index) => keep(at(x, index)))]
}

export const cases: readonly OpCase<'Cast'>[] = [
  { shapes: [['b', 5]], attrs: { to: 'f16' }, range: [-2, 2], tolerance: 5e-4, why: 'to halves, half a unit of 2⁻¹¹' },
  {
    shapes: [['b', 5]],
    dtypes: 'f16',
    attrs: { to: 'f32' },
    range: [-2, 2],
    tolerance: 5e-4,
    why: 'from halves; the cotangent becomes a half',
  },
  { shapes: [[2, 5]], attrs: { to: 'i64' }, range: [-9, 9], tolerance: 0, why: 'to integers, towards zero' },
  { shapes: [[2, 5]], attrs: { to: 'i32' }, range: [-9, 9], tolerance: 0, why: 'to narrow integers' },
  { shapes: [[2, 5]], dtypes: 'i64', attrs: { to: 'f32' }, range: [-9, 9], tolerance: 0, why: 'from integers' },
  { shapes: [[2, 5]], dtypes: 'bool', attrs: { to: 'f32' }, range: [-1, 1], tolerance: 0, why: 'a mask becomes numbers' },
  { shapes: [[2, 5]], dtypes: 'i32', attrs: { to: 'bool' }, range: [-1, 1], tolerance: 0, why: 'numbers become a mask' },
  { shapes: [[2, 5]], dtypes: 'u8', attrs: { to: 'f32' }, range: [0, 255], tolerance: 0, why: 'bytes of a picture' },
]
