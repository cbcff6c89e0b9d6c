import { describe, expect, it } from 'vitest'
import { Vocabulary, outsideWarning } from './vocabulary'

describe('Vocabulary', () => {
  const vocabulary = new Vocabulary([
    'fox',
    'king of beasts',
    'T-Rex',
    'wolves',
    'cherry',
    'potato',
    'bus',
    'glasses',
    "witch's cat",
  ])

  it.each([
    'a red fox, 3d',
    'Three FOXES on yellow',
    'the King of Beasts!',
    'a t-rex',
    'wolves',
    'two cherries',
    'potatoes',
    'one bus',
    'buses',
    'a pair of glasses',
    'the witch’s cat and more'.replace('’', "'"),
  ])('finds a name in “%s”', (prompt) => {
    expect(vocabulary.isNamedIn(prompt)).toBe(true)
  })

  it.each(['', 'a castle above the clouds', 'the king', 'foxglove', 'beasts of king', '🦊'])('finds none in “%s”', (prompt) => {
    expect(vocabulary.isNamedIn(prompt)).toBe(false)
  })

  it('stays quick with a prompt as long as can be typed', () => {
    const started = performance.now()
    expect(vocabulary.isNamedIn('castle '.repeat(3000))).toBe(false)
    expect(performance.now() - started).toBeLessThan(500)
  })
})

it('says what the model is, and where the full one is', () => {
  expect(outsideWarning(256, 'hamburger, 3d')).toBe(
    'This small built-in model knows 256 things and found none of them in the prompt, so it drew what came nearest. Try “hamburger, 3d”. ' +
      'The full TiM takes any prompt: see Models.',
  )
})
