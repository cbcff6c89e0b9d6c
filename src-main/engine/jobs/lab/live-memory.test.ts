import { expect, it } from 'vitest'
import { f32 } from '../../ir/tensor'
import { createBuilder } from '../../ops/table'
import { liveBytes } from './live-memory'

it('counts what is alive at once: an operand with its result, a kept result with all that follows', () => {
  const b = createBuilder()
  const x = b.input('x', 'f32', ['b', 10])
  const first = b.mul(x, x)
  const second = b.mul(first, first)
  const chain = b.graph({ out: b.mul(second, second) })
  const feeds = { x: f32([3, 10], new Float32Array(30)) }
  expect(liveBytes(chain, feeds)).toBe(2 * 30 * 4)
  const kept = b.graph({ out: b.add(b.mul(second, second), first) })
  expect(liveBytes(kept, feeds)).toBe(3 * 30 * 4)
})
