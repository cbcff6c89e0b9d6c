import { expect, test } from 'vitest'
import { beginningOf, canContinue, continuedFrom } from './continue-recipe'
import { GenerationId } from './id'
import { readRecipe, Recipe } from './recipe'

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
  stochasticity: 0.1,
  sampleType: 'transition',
  adapters: [],
  precision: 'f32',
  provider: 'cpu',
}
const picture = GenerationId.parse('01kb0000000000000000000100')

test('goes on in the steps that were left, and says how the state came about', () => {
  const next = continuedFrom(recipe, 2, {}, picture)
  expect(next).toMatchObject({ version: 2, steps: 5, prompt: 'fox', seed: 7 })
  expect(next.from).toEqual({
    generation: picture,
    legs: [
      {
        prompt: 'fox',
        negativePrompt: '',
        steps: 8,
        cfg: recipe.cfg,
        seed: 7,
        imageIndex: 0,
        stochasticity: 0.1,
        sampleType: 'transition',
        taken: 3,
      },
    ],
  })
  expect(Recipe.parse(next)).toEqual(next)
})

test('a picture that was continued is continued again: both ways stand in the recipe, with what was changed', () => {
  const once = continuedFrom(recipe, 3, { prompt: 'owl', steps: 4 })
  const twice = continuedFrom(once, 1, { seed: 9, steps: 16 })
  expect(twice.from?.legs.map(({ prompt, steps, taken, seed }) => [prompt, steps, taken, seed])).toEqual([
    ['fox', 8, 4, 7],
    ['owl', 4, 2, 7],
  ])
  expect(twice).toMatchObject({ prompt: 'owl', seed: 9, steps: 16 })
  // Half of the time is left after the first way, half of that after the second.
  expect([recipe, once, twice].map(beginningOf)).toEqual([1, 0.5, 0.25])
})

test('there is nothing to go on from after the last step, nor at the end of a long chain', () => {
  expect([-1, 0, 6, 7].map((index) => canContinue(recipe, index))).toEqual([false, true, true, false])
  expect(() => continuedFrom(recipe, 7)).toThrow(RangeError)
  let chain = recipe
  for (let i = 0; i < 16; i++) chain = continuedFrom(chain, 0, { steps: 2 })
  expect(canContinue(chain, 0)).toBe(false)
  expect(Recipe.safeParse(chain).success).toBe(true)
})

test('a recipe without a state to go on from keeps version 1, and both are read', () => {
  expect(readRecipe(recipe)).toEqual({ ok: true, value: recipe })
  const next = continuedFrom(recipe, 0)
  expect(readRecipe(next)).toEqual({ ok: true, value: next })
  expect(readRecipe({ ...recipe, version: 2 }).ok).toBe(false)
  expect(readRecipe({ ...next, version: 1 }).ok).toBe(false)
  expect(readRecipe({ ...recipe, version: 3 })).toEqual({
    ok: false,
    why: 'the recipe was written by a newer version of the studio',
  })
})

test('a way that was taken to its end is refused', () => {
  const next = continuedFrom(recipe, 2)
  const [leg] = next.from?.legs ?? []
  expect(Recipe.safeParse({ ...next, from: { legs: [{ ...leg, taken: 8 }] } }).success).toBe(false)
  expect(Recipe.safeParse({ ...next, from: { legs: [] } }).success).toBe(false)
})

test('a recipe that starts from a picture has version 2, and its path begins where the strength says', () => {
  const start = {
    picture: 'b'.repeat(64),
    place: { x: 0, y: 0, width: 128, height: 128 },
    strength: 0.5,
    feather: 8,
  }
  const upon: Recipe = { ...recipe, version: 2, start }
  expect(readRecipe(upon)).toEqual({ ok: true, value: upon })
  expect(readRecipe({ ...upon, version: 1 }).ok).toBe(false)
  expect(readRecipe({ ...upon, start: { ...start, strength: 0 } }).ok).toBe(false)
  expect(readRecipe({ ...upon, start: { ...start, picture: '/etc/passwd' } }).ok).toBe(false)
  expect([upon, continuedFrom(upon, 3)].map(beginningOf)).toEqual([0.5, 0.25])
  expect(continuedFrom(upon, 3).start).toEqual(start)
})
