import { defaultSettings } from '#shared/schema/settings'
import { expect, it } from 'vitest'
import { draftWith } from './partial-recipe'

const { draft } = defaultSettings

it('takes what is stated and leaves the rest', () => {
  const found = { prompt: 'a cat', negativePrompt: 'blur', steps: 20, cfgScale: 7, seed: 42, width: 512, height: 768 }
  expect(draftWith(draft, found)).toEqual({
    ...draft,
    prompt: 'a cat',
    negativePrompt: 'blur',
    steps: 20,
    cfg: { scale: 7, low: 0, high: 1 },
    seed: 42,
    seedLocked: true,
  })
  expect(draftWith(draft, { prompt: 'a cat', negativePrompt: '' })).toEqual({ ...draft, prompt: 'a cat' })
})
