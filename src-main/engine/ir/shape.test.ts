import { describe, expect, it } from 'vitest'
import { broadcast, normalAxis, sameShape, showShape } from './shape'

describe('shapes', () => {
  it('broadcast as NumPy does, a symbol with itself and with 1 alone', () => {
    expect(broadcast([3, 1, 4], [5, 1])).toEqual([3, 5, 4])
    expect(broadcast(['b', 'n', 4], [4])).toEqual(['b', 'n', 4])
    expect(broadcast(['b', 1], ['n'])).toEqual(['b', 'n'])
    expect(broadcast([], ['n'])).toEqual(['n'])
    expect(broadcast(['n'], ['m'])).toBeUndefined()
    expect(broadcast(['n'], [3])).toBeUndefined()
    expect(broadcast([2, 3], [3, 3])).toBeUndefined()
    expect(broadcast([0], [1])).toEqual([0])
  })

  it('are equal axis by axis', () => {
    expect(sameShape(['b*n', 2], ['b*n', 2])).toBe(true)
    expect(sameShape([2], [2, 1])).toBe(false)
    expect(sameShape([], [])).toBe(true)
  })

  it('count axes from both ends', () => {
    expect(normalAxis(-1, 3)).toBe(2)
    expect(normalAxis(2, 3)).toBe(2)
    expect(normalAxis(3, 3)).toBeUndefined()
    expect(normalAxis(-4, 3)).toBeUndefined()
    expect(normalAxis(0, 0)).toBeUndefined()
  })

  it('print as tuples', () => {
    expect(showShape(['b', 4])).toBe('(b,4)')
    expect(showShape([])).toBe('()')
  })
})
