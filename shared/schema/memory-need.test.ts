import { expect, test } from 'vitest'
import { memoryNeed, memoryOfCard, wishOf, type ModelMemory } from './memory-need'

/** A network of 3.4 GB with 100 bytes a pixel, half as much again where it is guided. */
const memory: ModelMemory = {
  need: ({ width, height, guided, streamed }) => (streamed ? 0.4e9 : 3.5e9) + width * height * (guided ? 150 : 100),
  weights: 3.4e9,
  precision: 'f32',
  unit: 32,
  minSide: 256,
}
const wish = { width: 1024, height: 512, guided: true, streamed: false }
const choices = (available: number) => memoryNeed(memory, wish, available).choices

test('what fits needs no choice', () => {
  const need = memoryNeed(memory, wish, 3.6e9)
  expect(need).toEqual({ bytes: 3.5e9 + 1024 * 512 * 150, weights: 3.4e9, available: 3.6e9, fits: true, choices: [] })
})

test('a little too large: guidance or a smaller picture of the same shape would do', () => {
  expect(choices(3.56e9)).toEqual([
    { is: 'streamed', bytes: 0.4e9 + 1024 * 512 * 150 },
    { is: 'precision', precision: 'f16', bytes: 3.5e9 + 1024 * 512 * 150 - 1.7e9 },
    { is: 'smaller', width: 864, height: 448, bytes: 3.5e9 + 864 * 448 * 150 },
    { is: 'unguided', bytes: 3.5e9 + 1024 * 512 * 100 },
  ])
})

test('the nearest precision that fits is offered, and nothing that does not fit either', () => {
  const offered = (available: number): unknown[] =>
    choices(available).flatMap((one) => (one.is === 'precision' ? [one.precision] : [one.is]))
  expect(offered(2e9)).toEqual(['streamed', 'f16'])
  expect(offered(1.5e9)).toEqual(['streamed', 'q8'])
  expect(offered(0.8e9)).toEqual(['streamed', 'q4'])
  expect(offered(0.5e9)).toEqual(['streamed'])
  expect(offered(0.4e9)).toEqual([])
})

test('only a recipe with a guided step is guided', () => {
  const cfg = { scale: 2.5, low: 0, high: 1 }
  const size = { width: 64, height: 64 }
  expect(wishOf({ ...size, steps: 8, cfg }, false).guided).toBe(true)
  // With guidance on 0–1 the first step is not guided.
  expect(wishOf({ ...size, steps: 1, cfg }, false).guided).toBe(false)
  expect(wishOf({ ...size, steps: 8, cfg: { ...cfg, scale: 1 } }, false).guided).toBe(false)
})

test('a card tells the memory of sizes between and beyond its samples', () => {
  const samples = [64, 128, 256].map((side) => ({ pixels: side ** 2, plain: 1e6 + side ** 2, guided: 1e6 + 2 * side ** 2 }))
  const { need } = memoryOfCard({ memory: { weights: 1e6, samples }, precision: 'f16', factor: 8, minSide: 32 })
  const plain = { width: 128, height: 96, guided: false, streamed: false }
  expect(need(plain)).toBe(1e6 + 128 * 96)
  expect(need({ ...plain, guided: true })).toBe(1e6 + 2 * 128 * 96)
  expect(need({ ...plain, width: 512, height: 512 })).toBe(1e6 + 512 ** 2)
  // The process itself does not shrink with the picture.
  expect(need({ ...plain, width: 32, height: 32 })).toBe(1e6 + 64 ** 2)
  expect(need({ ...plain, streamed: true })).toBe(Infinity)
})
