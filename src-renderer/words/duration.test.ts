import { expect, it } from 'vitest'
import { about, duration } from './duration'

it.each([
  [0, '0 s'],
  [80, '0.08 s'],
  [99.9, '0.1 s'],
  [340, '0.3 s'],
  [1449, '1.4 s'],
  [9951, '10 s'],
  [12_300, '12 s'],
  [99_400, '99 s'],
  [100_000, '1 min 40 s'],
  [119_000, '2 min'],
  [200_000, '3 min 20 s'],
  [754_000, '13 min'],
  [7_500_000, '2 h 5 min'],
  [7_190_000, '2 h'],
])('%d ms is said as %s', (ms, words) => {
  expect(duration(ms)).toBe(words)
})

it('marks an expectation as one', () => {
  expect(about(12_300)).toBe('about 12 s')
})
