import { expect, test } from 'vitest'
import { fixturePath } from '../../../../test/support/fixtures'
import { openTim } from '../../models/tim/load'
import { estimateMemory } from './estimate-memory'

const checkpoint = openTim(fixturePath('tim-t2i'))
const run = { height: 16, width: 16, captionTokens: 32, passes: 'apart', streamed: false, decode: 0 } as const

test('a decoder that takes more than sampling decides, beside the weights that stay', () => {
  expect(estimateMemory(checkpoint, run)).toBeLessThan(1e9)
  expect(estimateMemory(checkpoint, { ...run, decode: 1e9 })).toBeGreaterThan(1e9)
  expect(estimateMemory(checkpoint, { ...run, decode: 1e9, streamed: true })).toBe(1e9)
})

test('guidance takes more, as one batch most; so do larger pictures', () => {
  const large = { ...run, height: 512, width: 512 }
  const [one, apart, joined] = (['one', 'apart', 'joined'] as const).map((passes) =>
    estimateMemory(checkpoint, { ...large, passes }),
  )
  expect(apart).toBeGreaterThan(one ?? Infinity)
  expect(joined).toBeGreaterThan(apart ?? Infinity)
  expect(one).toBeGreaterThan(estimateMemory(checkpoint, { ...run, passes: 'one' }))
})
