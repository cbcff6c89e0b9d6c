import { expect, it } from 'vitest'
import { placeOf } from './place-of'

const told = { message: 'm', remedy: 'r' }

it.each([
  ['recipe.width', 'size'],
  ['recipe.negativePrompt', 'prompt'],
  ['recipe.cfg.low', 'guidance'],
  ['recipe.model.sha256', 'model'],
  ['count', 'seed'],
  ['recipe.steps', 'steps'],
  ['something else', 'stage'],
] as const)('a bad %s is shown at %s', (field, place) => {
  expect(placeOf({ code: 'bad-input', field, ...told })).toBe(place)
})

it('shows models at the model and the rest above the pictures', () => {
  expect(placeOf({ code: 'model-broken', model: 'starter', ...told })).toBe('model')
  expect(placeOf({ code: 'disk-full', folder: 'pictures', ...told })).toBe('stage')
})
