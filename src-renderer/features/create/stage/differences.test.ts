import type { Recipe } from '#shared/schema/recipe'
import { expect, test } from 'vitest'
import { differences } from './differences'

const recipe: Recipe = {
  version: 1,
  model: { name: 'm', sha256: 'a'.repeat(64) },
  prompt: 'fox',
  negativePrompt: '',
  steps: 8,
  width: 128,
  height: 128,
  cfg: { scale: 2.5, low: 0, high: 1 },
  seed: 7,
  imageIndex: 0,
  noise: 'philox4x32-10/1',
  stochasticity: 0,
  sampleType: 'transition',
  adapters: [],
  precision: 'f32',
  provider: 'cpu',
}

test('says what tells the two apart, and their steps where nothing does', () => {
  expect(differences(recipe, { ...recipe, steps: 32 })).toEqual(['8 steps', '32 steps'])
  expect(differences(recipe, { ...recipe, seed: 8, prompt: 'owl' })).toEqual(['fox · seed 7', 'owl · seed 8'])
  expect(differences(recipe, recipe)).toEqual(['8 steps', '8 steps'])
})

test('long prompts are cut', () => {
  const [words] = differences({ ...recipe, prompt: 'x'.repeat(90) }, recipe)
  expect(words).toHaveLength(40)
})
