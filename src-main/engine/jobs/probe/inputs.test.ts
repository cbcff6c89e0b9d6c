import { expect, test } from 'vitest'
import { f32, i64 } from '../../ir/tensor'
import { Inputs } from './inputs'

const inputs = () =>
  new Inputs(
    new Map<string, ReturnType<typeof f32> | ReturnType<typeof i64>>([
      ['x', f32([2, 3], [1, 2, 3, 4, 5, 6])],
      ['t', f32([2], [0, 1])],
      ['ids', i64([3], [1, 2, 3])],
      ['noise.0', f32([1], [0])],
      ['noise.1', f32([1], [1])],
    ]),
    'in.safetensors',
  )

test('letters bind to sizes and must agree', () => {
  const given = inputs()
  given.take('x', 'f32', ['B', 3])
  expect(given.size('B')).toBe(2)
  expect(() => given.take('ids', 'i64', ['B'])).toThrow("Tensor 'ids' in in.safetensors is i64(3), expected i64(B = 2)")
})

test('a tensor that does not fit binds nothing', () => {
  const given = inputs()
  expect(() => given.take('x', 'f32', ['B', 4])).toThrow('is f32(2, 3), expected f32(B, 4)')
  expect(() => given.size('B')).toThrow('how large B is')
})

test('a wrong dtype says which was expected', () => {
  expect(() => inputs().take('t', 'i64', ['B'])).toThrow("Tensor 't' in in.safetensors is f32(2), expected i64(B)")
})

test('a missing tensor is named with those that are expected', () => {
  const given = inputs()
  given.take('x', 'f32', ['B', 'C'])
  expect(() => given.take('z', 'f32', ['B', 'C'])).toThrow("in.safetensors has no tensor 'z'")
  expect(given.maybe('z', 'f32', ['B', 'C'])).toBeUndefined()
})

test('a series ends at its first gap', () => {
  expect(
    inputs()
      .series('noise', 'f32', [1])
      .map(({ data }) => data[0]),
  ).toEqual([0, 1])
  expect(inputs().series('other', 'f32', [1])).toEqual([])
})

test('what nobody took is refused by name', () => {
  const given = inputs()
  given.take('x', 'f32', ['B', 'C'])
  given.take('t', 'f32', ['B'])
  given.series('noise', 'f32', [1])
  expect(() => given.finish()).toThrow("has a tensor 'ids' that is not expected")
  given.take('ids', 'i64', ['M'])
  expect(() => given.finish()).not.toThrow()
})
