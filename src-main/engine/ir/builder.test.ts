import { describe, expect, it } from 'vitest'
import { createBuilder } from '../ops/table'
import { GraphError, ShapeError } from './errors'
import { f32 } from './tensor'
import { isZero } from './value'

describe('the builder', () => {
  it('names op, place and both shapes where operands do not fit', () => {
    const b = createBuilder()
    const x = b.input('x', 'f32', [2, 256, 1152])
    const w = b.param('w', 'f32', [1024, 3456])
    const build = (): unknown => b.scope('blocks.3', () => b.scope('attn.qkv', () => b.matMul(x, w)))
    expect(build).toThrow(ShapeError)
    expect(build).toThrow(
      'MatMul at blocks.3.attn.qkv: f32(2,256,1152) × f32(1024,3456): the last of the first must equal the second last of the second',
    )
    expect(() => b.sub(x, w)).toThrow('Sub at top: f32(2,256,1152) and f32(1024,3456): the shapes must broadcast')
    expect(() => b.add(b.zero(x), w)).toThrow('Add at top')
    expect(() => b.reshape(x, [7])).toThrow(/Reshape at top: f32\(2,256,1152\) to \(7\): both shapes must hold the same number/)
    expect(() => b.transpose(x, [0, 1])).toThrow(/perm must name every axis once/)
  })

  it('leaves a scope by whichever way its body ends', () => {
    const b = createBuilder()
    const x = b.input('x', 'f32', [2])
    expect(() => b.scope('inner', () => b.reshape(x, [3]))).toThrow('Reshape at inner')
    expect(() => b.reshape(x, [3])).toThrow('Reshape at top')
  })

  it('refuses operands of different dtypes, and dtypes that an op has not', () => {
    const b = createBuilder()
    const [x, i, mask] = [b.input('x', 'f32', [2]), b.input('i', 'i64', [2]), b.input('mask', 'bool', [2])]
    expect(() => b.add(x, i)).toThrow('f32(2) and i64(2): both operands need the same dtype')
    expect(() => b.sigmoid(i)).toThrow('Sigmoid at top: i64(2): the operand must be floating point')
    expect(() => b.where(x, x, x)).toThrow('the condition must be bool')
    expect(() => b.and(x, x)).toThrow('the operands must be bool')
    expect(() => b.gather(x, mask)).toThrow('the indices must be i64 or i32')
  })

  it('gives the same value for the same input, weight or scalar, and refuses another type under the same name', () => {
    const b = createBuilder()
    expect(b.param('w', 'f32', [2, 3])).toBe(b.param('w', 'f32', [2, 3]))
    expect(b.scalar(2)).toBe(b.scalar(2))
    expect(b.scalar(0)).not.toBe(b.scalar(-0))
    expect(b.scalar(2)).not.toBe(b.scalar(2, 'f16'))
    expect(() => b.param('w', 'f32', [3, 2])).toThrow(GraphError)
    expect(() => b.param('w', 'f32', [3, 2])).toThrow('param w is f32 (2,3), asked again as f32 (3,2).')
    // A weight and an input may share a name only until they meet in one graph: the verifier says so there.
    expect(b.input('w', 'f32', [3, 2]).source.kind).toBe('input')
  })

  it('makes no node that does nothing', () => {
    const b = createBuilder()
    const x = b.input('x', 'f32', ['b', 3, 4])
    expect(b.reshape(x, ['b', 3, 4])).toBe(x)
    expect(b.expand(x, ['b', 3, 4])).toBe(x)
    expect(b.cast(x, 'f32')).toBe(x)
    expect(b.concat([x], 1)).toBe(x)
    expect(b.split(x, 1, [3])).toEqual([x])
    expect(b.pad(x, [0, 0, 0, 0, 0, 0])).toBe(x)
    expect(b.reduceSum(x, [])).toBe(x)
    expect(b.transpose(x, [0, 1, 2])).toBe(x)
    expect(b.transpose(b.transpose(x, [1, 2, 0]), [2, 0, 1])).toBe(x)
    const twice = b.transpose(b.transpose(x, [1, 2, 0]), [1, 2, 0])
    expect(twice.shape).toEqual([4, 'b', 3])
    expect(b.graph({ twice }).nodes.map((node) => node.attrs)).toEqual([{ perm: [2, 0, 1] }])
  })

  describe('folds a symbolic zero', () => {
    const b = createBuilder()
    const x = b.input('x', 'f32', ['b', 3])
    const row = b.input('row', 'f32', [3])
    const zero = b.zero(x)

    it('away where a sum keeps its shape', () => {
      expect(b.add(x, zero)).toBe(x)
      expect(b.add(zero, x)).toBe(x)
      expect(b.add(zero, row)).not.toBe(row)
      expect(b.add(zero, row).shape).toEqual(['b', 3])
      expect(isZero(b.add(zero, b.zero(row)))).toBe(true)
      expect(b.sub(x, b.zero(row))).toBe(x)
      expect(b.sub(zero, row).source.kind).toBe('node')
      expect(isZero(b.sub(zero, b.zero(row)))).toBe(true)
    })

    it('through products, views and linear ops', () => {
      const folded = [
        b.mul(x, zero),
        b.div(zero, x),
        b.matMul(zero, b.param('w', 'f32', [3, 4])),
        b.neg(zero),
        b.reshape(zero, ['3*b']),
      ]
      const views = [
        b.transpose(zero, [1, 0]),
        b.slice(zero, 1, 0, 2),
        b.reduceSum(zero, [0]),
        b.expand(b.zero(row), ['b', 3]),
        b.cast(zero, 'f16'),
      ]
      for (const value of [...folded, ...views]) expect(isZero(value)).toBe(true)
      expect(b.matMul(zero, b.param('w', 'f32', [3, 4])).shape).toEqual(['b', 4])
    })

    it('never where the result is not zero', () => {
      for (const value of [
        b.exp(zero),
        b.cos(zero),
        b.softmax(zero),
        b.div(x, zero),
        b.where(b.less(x, x), zero, x),
        b.concat([zero, x], 0),
      ]) {
        expect(isZero(value)).toBe(false)
      }
      expect(isZero(b.where(b.less(x, x), zero, zero))).toBe(true)
      expect(isZero(b.concat([zero, zero], 0))).toBe(true)
    })

    it('into memory where an output needs it', () => {
      const { nodes } = b.graph({ zero, scalar: b.zero({ dtype: 'f32', shape: [] }) })
      expect(nodes.map(({ op, attrs }) => ({ op, attrs }))).toEqual([{ op: 'Expand', attrs: { shape: ['b', 3] } }])
    })
  })

  it('keeps of a graph only what its outputs need', () => {
    const b = createBuilder()
    const [x, y] = [b.input('x', 'f32', [2]), b.input('y', 'f32', [2])]
    b.param('unused', 'f32', [1])
    b.exp(y)
    const graph = b.graph({ out: b.add(x, b.constant(f32([2], [1, 2]))) })
    expect(graph.inputs).toEqual([x])
    expect(graph.params).toEqual([])
    expect(graph.constants).toHaveLength(1)
    expect(graph.nodes.map((node) => node.op)).toEqual(['Add'])
  })

  it('walks a chain of ten thousand nodes', () => {
    const b = createBuilder()
    let value = b.input('x', 'f32', [1])
    for (let i = 0; i < 10_000; i++) value = b.neg(value)
    expect(b.graph({ value }).nodes).toHaveLength(10_000)
  })
})
