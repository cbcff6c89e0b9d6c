import { expect, test } from 'vitest'
import { memoryOfCard, type ModelMemory } from '#shared/schema/memory-need'
import { fixturePath } from '../../../../test/support/fixtures'
import { openTim } from '../../models/tim/load'
import { estimateMemory, sampleMemory } from './estimate-memory'

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

test('what a card tells is what the model’s files tell, at sizes between its samples too', () => {
  const memory: ModelMemory = {
    need: ({ width, height, guided }) => Math.max(2e9 + width * height * (guided ? 100 : 60), 1.2e9 + width * height * 300),
    weights: 1.9e9,
    precision: 'f16',
    unit: 32,
    minSide: 256,
  }
  const told = memoryOfCard({ memory: sampleMemory(memory, 4096), precision: 'f16', factor: 32, minSide: 256 })
  for (const [width, height] of [
    [256, 256],
    [512, 1024],
    [1536, 640],
    [2048, 2080],
    [4096, 4096],
  ] as const)
    for (const guided of [true, false]) {
      const wish = { width, height, guided, streamed: false }
      expect(Math.abs(told.need(wish) / memory.need(wish) - 1)).toBeLessThan(0.02)
    }
  // A model of one size alone.
  expect(sampleMemory(memory, 256).samples).toHaveLength(2)
})
