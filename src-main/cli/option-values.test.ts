import { expect, test } from 'vitest'
import { guidanceInterval, numberBetween, oneOf, pictureSize, wholeNumber } from './option-values'

test('whole numbers', () => {
  const steps = wholeNumber(1, 1000)
  expect(steps('8')).toBe(8)
  for (const bad of ['0', '1001', '1000000', '-1', '1.5', 'NaN', '', ' ', '1e3', '0x10', 'eight', 'Infinity'])
    expect(() => steps(bad), bad).toThrow('whole number from 1 to 1000')
})

test('numbers', () => {
  const scale = numberBetween(0, 100)
  expect(scale('2.5')).toBe(2.5)
  expect(scale('1e1')).toBe(10)
  for (const bad of ['NaN', 'nan', 'Infinity', '-0.1', '100.1', '', ' ', 'two'])
    expect(() => scale(bad), bad).toThrow('number from 0 to 100')
})

test('sizes', () => {
  expect(pictureSize('128x96')).toEqual({ width: 128, height: 96 })
  expect(pictureSize('128×96')).toEqual({ width: 128, height: 96 })
  expect(pictureSize('256')).toEqual({ width: 256, height: 256 })
  for (const bad of ['', '0x128', '128x', 'x128', '-128x128', '128.5x128', 'NaNxNaN', '1e3', '12345678x128'])
    expect(() => pictureSize(bad), bad).toThrow('WIDTHxHEIGHT')
})

test('names', () => {
  expect(oneOf(['cpu', 'webgpu'])('webgpu')).toBe('webgpu')
  expect(() => oneOf(['cpu', 'webgpu'])('gpu')).toThrow('Allowed: cpu, webgpu.')
})

test('intervals', () => {
  expect(guidanceInterval('0-0.6')).toEqual({ low: 0, high: 0.6 })
  expect(guidanceInterval('.2 - 1')).toEqual({ low: 0.2, high: 1 })
  for (const bad of ['0.6', '0.6-0.2', '0-3', 'NaN-1', '-1-1']) expect(() => guidanceInterval(bad), bad).toThrow('LOW-HIGH')
})
