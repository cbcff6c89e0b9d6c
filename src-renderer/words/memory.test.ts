import { expect, test } from 'vitest'
import { memoryLine } from './memory'

const need = { bytes: 5.2e9, weights: 3e9, available: 4e9, fits: false, choices: [] }

test('what a picture takes, and what would fit', () => {
  expect(memoryLine({ ...need, fits: true })).toBe('About 5.2 GB of memory.')
  expect(memoryLine(need)).toBe('Needs 5.2 GB of memory; 4.0 GB are free. Close other programs.')
  expect(memoryLine({ ...need, choices: [{ is: 'smaller', width: 768, height: 512, bytes: 3e9 }] })).toContain('768 × 512 fits.')
})
