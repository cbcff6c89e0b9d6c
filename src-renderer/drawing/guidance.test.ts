import { expect, it } from 'vitest'
import { guidedSteps, networkPasses, parseScale, whyUnguided } from './guidance'

const whole = { scale: 2.5, low: 0, high: 1 }

it('leaves the first step unguided with an interval of 0–1: n steps cost 2n − 1 passes', () => {
  for (const steps of [1, 2, 8, 128]) expect(networkPasses(steps, whole)).toBe(2 * steps - 1)
})

it('guides the first step too when the interval ends above 1', () => {
  expect(guidedSteps(1, { ...whole, high: 1.1 })).toBe(1)
})

it('guides only inside the interval, strictly', () => {
  // starts at 1, 0.75, 0.5, 0.25
  expect(guidedSteps(4, { scale: 2, low: 0.25, high: 0.75 })).toBe(1)
})

it('costs nothing at strength 1', () => {
  expect(networkPasses(8, { ...whole, scale: 1 })).toBe(8)
})

it('says why it does nothing', () => {
  expect(whyUnguided(1, whole)).toBe('Guidance starts at the second step.')
  expect(whyUnguided(2, whole)).toBeUndefined()
  expect(whyUnguided(1, { ...whole, high: 1.1 })).toBeUndefined()
  expect(whyUnguided(2, { scale: 2, low: 0.8, high: 0.9 })).toBe('No step starts inside this interval.')
  expect(whyUnguided(1, { ...whole, scale: 1 })).toBeUndefined()
})

it('reads a strength as it is typed', () => {
  expect(['2.5', ' 3,75 ', '100', '101', '-1', 'x', ''].map(parseScale)).toEqual([2.5, 3.75, 100, ...Array<undefined>(4)])
})

it('a path that starts from a picture is guided from its first step on', () => {
  const guidance = { scale: 2.5, low: 0, high: 1 }
  expect(guidedSteps(4, guidance, 0.6)).toBe(4)
  expect(whyUnguided(1, guidance, 0.6)).toBeUndefined()
  expect(whyUnguided(1, guidance)).toBe('Guidance starts at the second step.')
})
