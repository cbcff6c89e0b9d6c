import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../../test/support/mutate'
import { addDims, countOf, divDims, evaluateDim, floorDivDim, mulDims, subDims, symbolsOf, termsOf, type Dim } from './dim'

describe('a dimension', () => {
  it('is written in one canonical form, whatever order it was made in', () => {
    expect(addDims('n', 'b')).toBe('b+n')
    expect(addDims('b', 'n')).toBe('b+n')
    expect(mulDims('n', 'b')).toBe('b*n')
    expect(mulDims(mulDims('h', 2), mulDims('w', 3))).toBe('6*h*w')
    expect(addDims(addDims(1, 'n'), mulDims('h', 'w'))).toBe('h*w+n+1')
    expect(subDims('n', 1)).toBe('n-1')
    expect(mulDims('n', -1)).toBe('-n')
    expect(subDims(mulDims('n', 2), mulDims('m', 3))).toBe('-3*m+2*n')
  })

  it('becomes a number again where its symbols cancel', () => {
    expect(subDims('n', 'n')).toBe(0)
    expect(subDims('n+3', 'n')).toBe(3)
    expect(mulDims('n', 0)).toBe(0)
    expect(countOf([])).toBe(1)
    expect(countOf([2, 3])).toBe(6)
    expect(countOf(['b', 4, 'n'])).toBe('4*b*n')
  })

  it('divides by what divides every term, and by nothing else', () => {
    expect(divDims('4*b*n', '2*b')).toBe('2*n')
    expect(divDims('n*n', 'n')).toBe('n')
    expect(divDims('b*n+2*n', 'n')).toBe('b+2')
    expect(divDims('n+1', 'n+1')).toBe(1)
    expect(divDims('3*n', 2)).toBeUndefined()
    expect(divDims('n+1', 'n')).toBeUndefined()
    expect(divDims('n', 'm')).toBeUndefined()
    expect(divDims(6, 4)).toBeUndefined()
    expect(divDims(6, 0)).toBeUndefined()
    expect(divDims('n', 'n+1')).toBeUndefined()
  })

  it('rounds down where only its number leaves a rest', () => {
    expect(floorDivDim(7, 2)).toBe(3)
    expect(floorDivDim('4*n+3', 2)).toBe('2*n+1')
    expect(floorDivDim('4*n-1', 4)).toBe('n-1')
    expect(floorDivDim('3*n', 2)).toBeUndefined()
  })

  it('names its symbols and terms', () => {
    expect(symbolsOf('2*h*w+h+1').sort()).toEqual(['h', 'w'])
    expect(symbolsOf(7)).toEqual([])
    expect(termsOf('2*h*h-1')).toEqual([
      { coefficient: 2, symbols: ['h', 'h'] },
      { coefficient: -1, symbols: [] },
    ])
  })

  it('says which symbol has no value, and refuses what is no polynomial', () => {
    expect(() => evaluateDim('b*n', { b: 2 })).toThrow("Dimension 'b*n' needs a value for 'n'.")
    expect(() => addDims('n/2', 1)).toThrow("'n/2' is not a polynomial")
    expect(() => addDims('n m', 1)).toThrow('is not a polynomial')
  })

  it('keeps its value through any arithmetic', () => {
    const random = seededRandom(11)
    const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!
    for (let round = 0; round < 500; round++) {
      const symbols = { b: 1 + Math.floor(random() * 9), n: 1 + Math.floor(random() * 9), h: 1 + Math.floor(random() * 9) }
      const pool: { dim: Dim; value: number }[] = [
        ...Object.entries(symbols).map(([dim, value]) => ({ dim, value })),
        ...[2, 3, -1].map((value) => ({ dim: value, value })),
      ]
      for (let step = 0; step < 6; step++) {
        const [x, y] = [pick(pool), pick(pool)]
        const [op, of] = pick([
          [addDims, (a: number, b: number) => a + b],
          [subDims, (a: number, b: number) => a - b],
          [mulDims, (a: number, b: number) => a * b],
        ] as const)
        pool.push({ dim: op(x.dim, y.dim), value: of(x.value, y.value) + 0 })
      }
      for (const { dim, value } of pool) expect(evaluateDim(dim, symbols), String(dim)).toBe(value)
      const { dim, value } = pick(pool)
      const [factor, by] = pick(Object.entries(symbols))
      const product = mulDims(dim, factor)
      expect(evaluateDim(divDims(product, factor) ?? NaN, symbols), `${product} / ${factor}`).toBe(value)
      const floored = floorDivDim(addDims(mulDims(dim, by), 1), by)
      if (floored !== undefined) expect(evaluateDim(floored, symbols)).toBe(Math.floor((value * by + 1) / by))
    }
  })

  it('is equal as a string exactly where it is equal as a polynomial', () => {
    const left = mulDims(addDims('b', 'n'), subDims('b', 'n'))
    const right = subDims(mulDims('b', 'b'), mulDims('n', 'n'))
    expect(left).toBe(right)
  })
})
