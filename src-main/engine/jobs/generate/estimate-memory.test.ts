import { describe, expect, test } from 'vitest'
import { fixturePath } from '../../../../test/support/fixtures'
import { openTim } from '../../models/tim/load'
import { checkMemory, estimateMemory, type MemoryEstimate } from './estimate-memory'

const recipe = { width: 1024, height: 1024, precision: 'f32' } as const
const full: MemoryEstimate = { bytes: 3.8e9, streamed: 0.6e9, weights: 3.4e9 }
const complaint = (estimate: MemoryEstimate, available: number): { message: string; remedy: string } => {
  try {
    checkMemory(estimate, recipe, available)
  } catch (error) {
    return error as { message: string; remedy: string }
  }
  throw new Error('it fits')
}

describe('a picture that does not fit', () => {
  test('says what it needs and what is free', () => {
    expect(complaint(full, 2.5e9).message).toBe(
      'A picture of 1024 × 1024 needs 3.8 GB of memory with this model in f32; 2.5 GB are free.',
    )
  })

  test('is told the nearest precision that fits, and streaming', () => {
    expect(complaint(full, 2.5e9).remedy).toContain('--stream)')
    expect(complaint(full, 2.5e9).remedy).toContain('--precision f16 (2.1 GB)')
    expect(complaint(full, 1.5e9).remedy).toContain('--precision q8 (1.3 GB)')
    expect(complaint(full, 1.1e9).remedy).toContain('--precision q4 (1.0 GB)')
  })

  test('is told no choice that does not fit either', () => {
    expect(complaint(full, 0.7e9).remedy).not.toContain('--precision')
    expect(complaint(full, 0.3e9).remedy).toBe('Choose a smaller size, or close other programs.')
  })
})

test('one that fits is let through', () => {
  expect(() => checkMemory(full, recipe, 3.9e9)).not.toThrow()
})

test('a decoder that takes more than sampling decides, beside the weights that stay', () => {
  const checkpoint = openTim(fixturePath('tim-t2i'))
  const run = { height: 16, width: 16, captionTokens: 32, guided: true, streamed: false }
  const sampling = estimateMemory(checkpoint, { ...run, decode: 0 })
  const decoding = estimateMemory(checkpoint, { ...run, decode: 1e9 })
  expect(sampling.bytes).toBeLessThan(1e9)
  expect(decoding.bytes).toBeGreaterThan(1e9)
  expect(decoding.streamed).toBe(1e9)
})
