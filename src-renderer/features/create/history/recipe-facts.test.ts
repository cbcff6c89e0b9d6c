import type { Recipe } from '#shared/schema/recipe'
import { expect, it } from 'vitest'
import { recipeFacts } from './recipe-facts'

const recipe = {
  model: { name: 'starter' },
  negativePrompt: '',
  steps: 8,
  width: 128,
  height: 96,
  cfg: { scale: 2.5, low: 0, high: 1 },
  seed: 4711,
  imageIndex: 0,
} as Recipe
const now = new Date(2026, 2, 30, 15, 30).getTime()
const facts = (changed: Partial<Recipe>) =>
  new Map(recipeFacts({ recipe: { ...recipe, ...changed }, createdAt: now, tookMs: 340 }, 'Starter', now))

it('says the recipe in words', () => {
  expect(Object.fromEntries(facts({}))).toEqual({
    Model: 'Starter',
    Steps: '8 in 0.3 s',
    Size: '128 × 96',
    Guidance: '2.5',
    Seed: '4711',
    Made: 'Today, 15:30',
  })
})

it('says what is out of the ordinary', () => {
  expect(facts({ negativePrompt: 'blur' }).get('Not')).toBe('blur')
  expect(facts({ cfg: { scale: 3, low: 0, high: 0.7 } }).get('Guidance')).toBe('3 · 0 – 0.7')
  expect(facts({ cfg: { scale: 1, low: 0, high: 1 } }).get('Guidance')).toBe('off')
  expect(facts({ imageIndex: 2 }).get('Seed')).toBe('4711, picture 3')
})

it('says what a picture begins with, where that is not noise alone', () => {
  const start = { picture: 'a'.repeat(64), place: { x: 0, y: 0, width: 128, height: 96 }, strength: 0.6, feather: 0 }
  expect(facts({ start }).get('Starts from')).toBe('a picture · 0.6')
  expect(facts({ start: { ...start, mask: 'b'.repeat(64) } }).get('Starts from')).toBe('a picture, masked · 0.6')
  const [leg] = [{ ...recipe, taken: 3 }] as NonNullable<Recipe['from']>['legs']
  expect(facts({ from: { legs: leg ? [leg] : [] } }).get('Continues')).toBe('a picture at step 3 of 8')
})
