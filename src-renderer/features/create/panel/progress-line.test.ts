import { expect, it } from 'vitest'
import { progressLine, progressShare } from './progress-line'

it('says how far one picture is', () => {
  expect(progressLine(1, undefined)).toBe('starting')
  expect(progressLine(1, { picture: 0, done: 0, of: 0 })).toBe('starting')
  expect(progressLine(1, { picture: 0, done: 3, of: 8 })).toBe('step 3 of 8')
})

it('says which picture of several', () => {
  expect(progressLine(4, { picture: 1, done: 3, of: 8 })).toBe('picture 2 of 4 · step 3 of 8')
})

it('measures the whole job', () => {
  expect(progressShare(4, undefined)).toBe(0)
  expect(progressShare(4, { picture: 1, done: 4, of: 8 })).toBe(0.375)
  expect(progressShare(1, { picture: 0, done: 8, of: 8 })).toBe(1)
})
