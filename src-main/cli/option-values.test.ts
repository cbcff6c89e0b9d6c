import { expect, test } from 'vitest'
import { guidanceInterval, numberBetween, oneOf, pictureSize, pixelsAround, wholeNumber } from './option-values'

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

test('pixels around a picture', () => {
  expect(pixelsAround('0,0,128,64')).toEqual({ left: 0, top: 0, right: 128, bottom: 64 })
  expect(pixelsAround('32')).toEqual({ left: 32, top: 32, right: 32, bottom: 32 })
  for (const bad of ['', '1,2', '1,2,3', '1,2,3,4,5', '-1', '1.5', 'a', '1,,2,3'])
    expect(() => pixelsAround(bad), bad).toThrow('LEFT,TOP')
})
