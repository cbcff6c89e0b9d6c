import { describe, expect, it } from 'vitest'
import { f32 } from '../../ir/tensor'
import { textFeatures } from './features'

const states = f32([4, 2], [1, 10, 2, 20, 3, 30, 6, 60])

describe('textFeatures', () => {
  it('puts the mean of all states before the states of the words, and zeros after', () => {
    const features = textFeatures(states, { minTokens: 5, maxTokens: 9 })
    expect(features.shape).toEqual([1, 5, 2])
    expect([...features.data]).toEqual([3, 30, 2, 20, 3, 30, 0, 0, 0, 0])
  })

  it('cuts what is too long', () => {
    expect([...textFeatures(states, { minTokens: 1, maxTokens: 2 }).data]).toEqual([3, 30, 2, 20])
  })

  it('leaves only the mean of an empty prompt', () => {
    expect([...textFeatures(f32([2, 1], [1, 3]), { minTokens: 2, maxTokens: 4 }).data]).toEqual([2, 0])
  })
})
