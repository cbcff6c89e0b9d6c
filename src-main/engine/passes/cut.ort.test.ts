import { expect, test } from 'vitest'
import { vjp } from '../autodiff/vjp'
import { nameOf } from '../ir/graph'
import { f32 } from '../ir/tensor'
import { createBuilder } from '../ops/table'
import { openSession } from '../runtime/session'
import { cut } from './cut'

test('a gradient that is given what the forward pass kept: the same numbers, and no second product', async () => {
  const b = createBuilder()
  const x = b.input('x', 'f32', ['n', 3])
  const w = b.param('w', 'f32', [3, 2])
  const hidden = b.matMul(x, w)
  const y = b.reduceSum(b.mul(b.sigmoid(hidden), hidden), [0, 1])
  const [bar] = vjp(b, { outputs: [y], cotangents: [b.scalar(1)], wrt: [w] })
  const whole = b.graph({ bar: bar! })
  const part = cut(whole, new Map([[hidden, 'hidden']]))
  expect(part.inputs.map(nameOf).sort()).toEqual(['hidden', 'x'])
  expect(part.params).toEqual([])
  const products = (graph: typeof whole): number => graph.nodes.filter(({ op }) => op === 'MatMul').length
  expect(products(part)).toBe(products(whole) - 1)

  const given = { x: f32([2, 3], [1, -2, 3, 0.5, 4, -1]), w: f32([3, 2], [0.1, 0.2, -0.3, 0.4, 0.5, -0.6]) }
  const forward = await openSession(b.graph({ hidden }))
  const kept = (await forward.run(given))['hidden']!
  const [before, after] = [await openSession(whole), await openSession(part)]
  const expected = (await before.run(given))['bar']!.data
  expect((await after.run({ x: given.x, hidden: kept }))['bar']!.data).toEqual(expected)
  for (const session of [forward, before, after]) await session.release()
})
