import { describe, expect, test } from 'vitest'
import type { ModelMemory } from './estimate-memory'
import { memoryNeed, requireFit, wishOf } from './memory-need'

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
  expect(() => requireFit(wish, 'f32', need)).not.toThrow()
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

describe('a refusal', () => {
  const refused = (available: number): { message: string; remedy: string } => {
    try {
      requireFit(wish, 'f32', memoryNeed(memory, wish, available))
    } catch (error) {
      return error as { message: string; remedy: string }
    }
    throw new Error('it fits')
  }

  test('says what is needed, what is free, and what would fit', () => {
    expect(refused(3.56e9).message).toBe(
      'A picture of 1024 × 512 needs 3.6 GB of memory with this model in f32; 3.6 GB are free.',
    )
    expect(refused(3.56e9).remedy).toBe(
      'To make it fit: stream the network (0.5 GB; tim generate --stream), or import the model with --precision f16 (1.9 GB), or draw at 864 × 448 (3.6 GB), or draw without guidance (3.6 GB). Or close other programs.',
    )
  })

  test('does not offer what does not help', () => {
    expect(refused(0.3e9).remedy).toBe('Close other programs, or draw on a machine with more memory.')
  })
})

test('only a recipe with a guided step is guided', () => {
  const cfg = { scale: 2.5, low: 0, high: 1 }
  const size = { width: 64, height: 64 }
  expect(wishOf({ ...size, steps: 8, cfg }, false).guided).toBe(true)
  // With guidance on 0–1 the first step is not guided.
  expect(wishOf({ ...size, steps: 1, cfg }, false).guided).toBe(false)
  expect(wishOf({ ...size, steps: 8, cfg: { ...cfg, scale: 1 } }, false).guided).toBe(false)
})
