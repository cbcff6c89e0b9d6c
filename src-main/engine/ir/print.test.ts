import { expect, it } from 'vitest'
import { createBuilder } from '../ops/table'
import { printGraph } from './print'
import { f32, tensor } from './tensor'

it('prints a graph with its paths, types, attributes and constants', () => {
  const b = createBuilder()
  const x = b.input('x', 'f32', ['b', 6])
  const w = b.param('layer.weight', 'f32', [6, 2])
  const halves = b.constant(tensor('f16', [1], Uint16Array.of(0x3c00)))
  const y = b.scope('layer', () => b.scope('inner', () => b.scale(b.matMul(x, w), 0.5)))
  const [left, right] = b.split(b.reshape(y, ['2*b']), 0, ['b', 'b'])
  const graph = b.graph({ sum: b.add(left!, right!), table: b.constant(f32([2], [1, 2])), half: b.cast(halves, 'f32') })
  expect(printGraph(graph).replaceAll(/v\d+/g, 'v')).toBe(
    [
      'input x f32(b,6)',
      'param layer.weight f32(6,2)',
      'layer.inner',
      '  v f32(b,2) = MatMul(x, layer.weight)',
      '  v f32(b,2) = Mul(v, 0.5)',
      'top',
      '  v f32(2*b) = Reshape(v; shape (2*b))',
      '  v f32(b), v f32(b) = Split(v; axis 0, sizes (b,b))',
      '  v f32(b) = Add(v, v)',
      '  v f32(1) = Cast(constant f16(1); to f32)',
      'output sum = v',
      'output table = constant f32(2)',
      'output half = v',
    ].join('\n'),
  )
})
