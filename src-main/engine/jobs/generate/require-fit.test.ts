import { expect, test } from 'vitest'
import type { MemoryNeed } from '#shared/schema/memory'
import { requireFit } from './require-fit'

const wish = { width: 1024, height: 512, guided: true, streamed: false }
const need: MemoryNeed = { bytes: 3.6e9, weights: 3.4e9, available: 2.5e9, fits: false, choices: [] }
const refused = (one: MemoryNeed): { message: string; remedy: string } => {
  try {
    requireFit(wish, 'f32', one)
  } catch (error) {
    return error as { message: string; remedy: string }
  }
  throw new Error('it fits')
}

test('what fits is let through', () => {
  expect(() => requireFit(wish, 'f32', { ...need, fits: true })).not.toThrow()
})

test('a refusal says what is needed, what is free, and what would fit', () => {
  const choices = [
    { is: 'streamed', bytes: 0.5e9 },
    { is: 'precision', precision: 'f16', bytes: 1.9e9 },
    { is: 'smaller', width: 864, height: 448, bytes: 2.4e9 },
    { is: 'unguided', bytes: 2.5e9 },
  ] as const
  const { message, remedy } = refused({ ...need, choices: [...choices] })
  expect(message).toBe('A picture of 1024 × 512 needs 3.6 GB of memory with this model in f32; 2.5 GB are free.')
  expect(remedy).toBe(
    'To make it fit: stream the network (0.5 GB; tim generate --stream), or import the model with --precision f16 (1.9 GB), or draw at 864 × 448 (2.4 GB), or draw without guidance (2.5 GB). Or close other programs.',
  )
})

test('it does not offer what does not help', () => {
  expect(refused(need).remedy).toBe('Close other programs, or draw on a machine with more memory.')
})
