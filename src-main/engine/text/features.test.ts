import { describe, expect, it } from 'vitest'
import { f32 } from '../ir/tensor'
import { batchFeatures, fillFeatures, guidancePair } from './features'

const padding = f32([2], [8, 9])
const two = f32([2, 2], [1, 2, 3, 4])
const bos = f32([1, 2], [5, 6])

describe('filling', () => {
  it('adds copies of the padding vector', () => {
    expect(fillFeatures(bos, padding, 3)).toEqual(f32([3, 2], [5, 6, 8, 9, 8, 9]))
    expect(fillFeatures(two, padding, 2)).toEqual(two)
  })

  it('brings a batch to its longest', () => {
    expect(batchFeatures([bos, two], padding)).toEqual(f32([2, 2, 2], [5, 6, 8, 9, 1, 2, 3, 4]))
    expect(batchFeatures([], padding).shape).toEqual([0, 0, 2])
  })

  it('brings the null prompt to the length of the prompt, and both to the longer one', () => {
    expect(guidancePair(two, bos, padding)).toEqual({ prompt: two, against: f32([2, 2], [5, 6, 8, 9]) })
    expect(guidancePair(bos, two, padding)).toEqual({ prompt: f32([2, 2], [5, 6, 8, 9]), against: two })
  })

  it('refuses to shorten, and vectors of another encoder', () => {
    expect(() => fillFeatures(two, padding, 1)).toThrow('(2,2)')
    expect(() => fillFeatures(two, f32([3], [1, 2, 3]), 4)).toThrow('vector of 3')
  })
})
