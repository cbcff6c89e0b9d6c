import { expect, it } from 'vitest'
import { byteSize, dimensions, megapixels } from './dimensions'

it('says sizes with a real multiplication sign', () => {
  expect(dimensions(512, 384)).toBe('512 × 384')
})

it.each([
  [128, 128, '0.016 MP'],
  [512, 512, '0.26 MP'],
  [1024, 1024, '1.0 MP'],
  [4096, 4096, '17 MP'],
])('%d × %d are %s', (width, height, words) => {
  expect(megapixels(width, height)).toBe(words)
})

it.each([
  [999, '999 B'],
  [1000, '1.0 kB'],
  [840_400, '840 kB'],
  [999_600, '1.0 MB'],
  [52_000_000, '52 MB'],
  [1_230_000_000, '1.2 GB'],
])('%d bytes are %s', (bytes, words) => {
  expect(byteSize(bytes)).toBe(words)
})
