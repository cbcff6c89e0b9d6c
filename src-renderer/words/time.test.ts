import { expect, it } from 'vitest'
import { time } from './time'

it('keeps three decimals and no more zeros than needed', () => {
  expect([1, 0.875, 0, 1 / 128, 1 / 3, 0.1 + 0.2].map(time)).toEqual(['1', '0.875', '0', '0.008', '0.333', '0.3'])
})
