import { describe, expect, it } from 'vitest'
import { columnsFor, gapFor, moved, placeBelow, placeBeside, sideBySide } from './layout'

const square = { width: 128, height: 128 }

describe('layout', () => {
  it('gives every size the same proportion of gap, and never none', () => {
    expect(gapFor(square)).toBe(8)
    expect(gapFor({ width: 512, height: 1024 })).toBe(64)
    expect(gapFor({ width: 16, height: 16 })).toBe(8)
  })

  it('chooses the columns that leave the pictures largest', () => {
    expect(columnsFor(4, square, 1)).toBe(2)
    expect(columnsFor(4, square, 4)).toBe(4)
    expect(columnsFor(4, square, 0.25)).toBe(1)
    expect(columnsFor(1, square, 1)).toBe(1)
  })

  it('places the first pictures at the origin and the next ones below them', () => {
    const first = placeBelow([], ['a', 'b'], square, 2)
    expect(first.map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [136, 0],
    ])
    const second = placeBelow(first, ['c'], { width: 256, height: 64 }, 2)
    expect(second).toEqual([{ id: 'c', x: 0, y: 144, width: 256, height: 64 }])
  })

  it('fills rows before starting another', () => {
    expect(placeBelow([], ['a', 'b', 'c'], square, 1).map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [136, 0],
      [0, 136],
    ])
  })

  it('places beside a picture, past what is already there', () => {
    const there = placeBelow([], ['a', 'b'], square, 2)
    expect(placeBeside(there, there[0]!, 'c', square)).toMatchObject({ x: 272, y: 0 })
    expect(placeBeside(there, there[1]!, 'c', square)).toMatchObject({ x: 272, y: 0 })
  })

  it('moves only what is asked for', () => {
    const there = placeBelow([], ['a', 'b'], square, 2)
    expect(moved(there, new Set(['b']), 5, -3).map(({ x, y }) => [x, y])).toEqual([
      [0, 0],
      [141, -3],
    ])
  })
})

describe('side by side', () => {
  const scattered = [
    { id: 'a', x: 500, y: 40, width: 100, height: 100 },
    { id: 'b', x: 10, y: 300, width: 100, height: 60 },
    { id: 'c', x: 90, y: 90, width: 80, height: 100 },
  ]

  it('lays the chosen ones in rows from their own corner, in the order they were picked', () => {
    const laid = sideBySide(scattered, ['b', 'a'], 4)
    expect(laid.map(({ id, x, y }) => [id, x, y])).toEqual([
      ['a', 118, 40],
      ['b', 10, 40],
      ['c', 90, 90],
    ])
  })

  it('breaks rows so that all are seen large, and no two overlap', () => {
    const laid = sideBySide(scattered, ['a', 'b', 'c'], 1)
    expect(laid.map(({ x, y }) => [x, y])).toEqual([
      [10, 40],
      [118, 40],
      [10, 148],
    ])
  })
})
