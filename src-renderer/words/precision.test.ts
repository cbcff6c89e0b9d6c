import { expect, test } from 'vitest'
import { errorShare, PRECISIONS, precisionName } from './precision'
import { Precision } from '#shared/schema/recipe'

test('every precision has a name', () => {
  expect(PRECISIONS.map(({ value }) => value).sort()).toEqual([...Precision.options].sort())
  expect(precisionName('q8')).toBe('8 bit')
})

test('errors have two significant figures', () => {
  expect([0, 0.000_57, 0.0172, 0.1234].map(errorShare)).toEqual(['0 %', '0.057 %', '1.7 %', '12 %'])
})
