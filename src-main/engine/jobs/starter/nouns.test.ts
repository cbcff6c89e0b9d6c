import { describe, expect, it } from 'vitest'
import { concepts } from './concepts'
import { isCountable, plural, withArticle } from './nouns'

describe('withArticle', () => {
  it.each([
    ['owl', '', 'an owl'],
    ['unicorn', '', 'a unicorn'],
    ['ufo', '', 'a ufo'],
    ['owl', 'blue', 'a blue owl'],
    ['apple', '', 'an apple'],
    ['grapes', '', 'grapes'],
    ['popcorn', 'red', 'red popcorn'],
    ['cactus', '', 'a cactus'],
    ['face with heart eyes', '', 'a face with heart eyes'],
    ['bunch of grapes', '', 'a bunch of grapes'],
  ])('%s, %s: %s', (name, adjective, expected) => {
    expect(withArticle(name, adjective)).toBe(expected)
  })
})

describe('plural', () => {
  it.each([
    ['fox', 'foxes'],
    ['wolf', 'wolves'],
    ['strawberry', 'strawberries'],
    ['donkey', 'donkeys'],
    ['mouse face', 'mouse faces'],
    ['slice of pizza', 'slices of pizza'],
    ['egg in a pan', 'eggs in a pan'],
    ['snowman', 'snowmen'],
    ['tropical fish', 'tropical fish'],
  ])('%s: %s', (one, many) => {
    expect(plural(one)).toBe(many)
  })
})

describe('the names of all concepts', () => {
  it('belong to one concept each', () => {
    const all = concepts.flatMap(({ names, heldOutName }) => (heldOutName === undefined ? names : [...names, heldOutName]))
    expect(new Set(all).size).toBe(all.length)
  })

  it('are countable for the most part, so that counts can be learnt', () => {
    const countable = concepts.filter(({ names: [name = ''] }) => isCountable(name))
    expect(countable.length / concepts.length).toBeGreaterThan(0.88)
  })
})
