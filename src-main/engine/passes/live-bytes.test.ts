import { expect, test } from 'vitest'
import { createBuilder } from '../ops/table'
import { mostLiveBytes } from './live-bytes'

test('values live from the node that makes them to the last that reads them', () => {
  const b = createBuilder()
  const x = b.input('x', 'f32', ['n', 4])
  const y = b.exp(x)
  const z = b.exp(y)
  // y and z, then z and its sum; a view costs nothing.
  const graph = b.graph({ out: b.reduceSum(b.reshape(b.exp(z), ['n', 2, 2]), [1, 2]) })
  expect(mostLiveBytes(graph, { n: 10 })).toBe(2 * 160)
  const both = b.graph({ out: b.add(y, b.exp(z)) })
  expect(mostLiveBytes(both, { n: 10 })).toBe(3 * 160)
})

test('outputs live to the end', () => {
  const b = createBuilder()
  const x = b.input('x', 'f32', [8])
  const y = b.exp(x)
  const z = b.exp(b.exp(y))
  expect(mostLiveBytes(b.graph({ y, z }), {})).toBe(3 * 32)
})
