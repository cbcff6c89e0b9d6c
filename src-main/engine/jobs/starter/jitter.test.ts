import { expect, it } from 'vitest'
import { composeJittered } from './jitter'
import { compose } from './lay-out'
import { SIDE } from './places'

const PIXELS = SIDE * SIDE
const art = Uint8Array.from({ length: 4 * PIXELS }, (_, i) => (i % 4 === 3 ? ((i >> 2) % SIDE) * 2 : (i * 7) % 256))
const plain = (jitter: { scale: number; right: number; down: number }): Float32Array => {
  const into = new Float32Array(3 * PIXELS)
  composeJittered(art, SIDE, jitter, [10, 200, 90], into)
  return into
}

it('changes nothing where there is nothing to change', () => {
  const into = new Float32Array(3 * PIXELS)
  compose(art, [10, 200, 90], into)
  const apart = plain({ scale: 1, right: 0, down: 0 }).map((x, i) => Math.abs(x - (into[i] ?? NaN)))
  expect(apart.every((x) => x < 1e-5)).toBe(true)
})

it('moves right and down', () => {
  const still = plain({ scale: 1, right: 0, down: 0 })
  const moved = plain({ scale: 1, right: 3, down: 5 })
  expect(moved[(5 + 20) * SIDE + 3 + 40]).toBeCloseTo(still[20 * SIDE + 40] ?? NaN, 5)
  expect(moved[0]).toBeCloseTo(10 / 127.5 - 1, 5)
})
