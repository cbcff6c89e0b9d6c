import { existsSync, readdirSync } from 'node:fs'
import { expect, test } from 'vitest'
import { f32 } from '../../../ir/tensor'
import { temporaryFolder } from '../../../../../test/support/temporary-folder'
import { Buffers } from './buffers'
import { FileShelf } from './shelf'
import type { Stripe } from './stripe'

const stripe = (from: number): Stripe => ({
  body: f32(
    [1, 2, 2, 3],
    Float32Array.from({ length: 12 }, (_, i) => from + i),
  ),
  first: f32(
    [1, 2, 1, 3],
    Float32Array.from({ length: 6 }, (_, i) => from - i),
  ),
})

test('stripes come back from a file as they were, as often as they are asked for', () => {
  const shelf = new FileShelf(new Buffers(), temporaryFolder())
  const kept = [10, 20, 30].map((from) => shelf.keep(stripe(from)))
  expect(kept[1]!.get()).toEqual(stripe(20))
  expect(kept[1]!.get()).toEqual(stripe(20))
  kept[1]!.drop()
  // It takes the place that is free.
  const another = shelf.keep(stripe(40))
  expect([kept[0]!, another, kept[2]!].map((one) => one.get())).toEqual([10, 40, 30].map(stripe))
  shelf.close()
})

test('a closed file is gone', () => {
  const folder = temporaryFolder()
  const shelf = new FileShelf(new Buffers(), folder)
  shelf.keep(stripe(1))
  expect(readdirSync(folder)).toHaveLength(1)
  shelf.close()
  expect(readdirSync(folder)).toHaveLength(0)
})

test('a folder that is not there is a named failure', () => {
  const missing = `${temporaryFolder()}/none`
  expect(existsSync(missing)).toBe(false)
  expect(() => new FileShelf(new Buffers(), missing)).toThrow(/none.* does not exist/)
})
