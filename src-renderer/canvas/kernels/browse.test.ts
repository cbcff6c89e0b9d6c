import { expect, it } from 'vitest'
import { neighbour } from './browse'

const at = (id: string, x: number, y: number) => ({ id, x, y, width: 10, height: 10 })
// a b c
// d   e
const grid = [at('a', 0, 0), at('b', 20, 0), at('c', 40, 0), at('d', 0, 20), at('e', 40, 20)]

it('walks along rows and columns', () => {
  expect(neighbour(grid, 'a', 'right')?.id).toBe('b')
  expect(neighbour(grid, 'b', 'right')?.id).toBe('c')
  expect(neighbour(grid, 'c', 'down')?.id).toBe('e')
  expect(neighbour(grid, 'e', 'up')?.id).toBe('c')
  expect(neighbour(grid, 'e', 'left')?.id).toBe('d')
})

it('stops at the edge', () => {
  expect(neighbour(grid, 'c', 'right')).toBeUndefined()
  expect(neighbour(grid, 'a', 'up')).toBeUndefined()
})

it('starts with the newest picture when none is selected', () => {
  expect(neighbour(grid, undefined, 'left')?.id).toBe('e')
  expect(neighbour([], undefined, 'left')).toBeUndefined()
})
