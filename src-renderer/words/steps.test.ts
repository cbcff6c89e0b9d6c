import { expect, it } from 'vitest'
import { stepsLine } from './steps'

it('says what the steps are good for and how long they take', () => {
  expect(stepsLine(1, 100)).toBe('1 step: a sketch in 0.1 s')
  expect(stepsLine(8, 340)).toBe('8 steps: good, about 0.3 s')
  expect(stepsLine(127, 4000)).toBe('127 steps: very fine, about 4.0 s')
  expect(stepsLine(1000, 40_000)).toBe('1000 steps: finest, about 40 s')
})

it('promises no time before one was measured', () => {
  expect(stepsLine(5, undefined)).toBe('5 steps: clear')
})
