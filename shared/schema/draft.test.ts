import { expect, test } from 'vitest'
import { draftOf, recipeOf } from './draft'
import type { ModelCard } from './model'
import { Recipe } from './recipe'
import { defaultSettings } from './settings'

const card: ModelCard = {
  name: 'starter',
  title: 'Starter',
  kind: 'text',
  sha256: 'a'.repeat(64),
  embedded: true,
  factor: 16,
  minSide: 128,
  maxSide: 128,
  nativeSide: 128,
  maxTokens: 64,
  defaults: { steps: 8, width: 128, height: 128, cfg: { scale: 2.5, low: 0, high: 1 }, stochasticity: 0 },
  precision: 'f16',
  provider: 'cpu',
  licence: 'Apache-2.0',
  bytes: 1,
  limits: [],
  state: { is: 'ready' },
}

test('what a draft leaves open is the model’s default, and the recipe holds', () => {
  const recipe = recipeOf({ ...defaultSettings.draft, prompt: 'fox' }, card)
  expect(Recipe.parse(recipe)).toEqual(recipe)
  expect(recipe).toMatchObject({ prompt: 'fox', width: 128, cfg: card.defaults.cfg, model: { sha256: card.sha256 } })
})

test('a recalled recipe is drawn again as it was, also the third of its series', () => {
  const adapters = [{ name: 'mascot', sha256: 'b'.repeat(64), strength: 0.8 }]
  const draft = { ...defaultSettings.draft, prompt: 'fox', count: 4, adapters }
  const recipe = { ...recipeOf(draft, card), imageIndex: 2, steps: 3 }
  expect(recipe.adapters).toEqual(adapters)
  expect(recipeOf(draftOf(recipe, defaultSettings.draft), card)).toEqual(recipe)
})

test('a class model takes the class and no words', () => {
  const recipe = recipeOf({ ...defaultSettings.draft, prompt: 'fox', classId: 207 }, { ...card, kind: 'class' })
  expect(recipe).toMatchObject({ prompt: '', negativePrompt: '', classId: 207 })
})
