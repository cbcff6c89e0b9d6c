import { expect, test } from 'vitest'
import type { ModelCard } from './model'
import type { Recipe } from './recipe'
import { nearestSide, objectionTo } from './recipe-check'

const card: ModelCard = {
  name: 'starter',
  title: 'Starter',
  kind: 'text',
  sha256: 'a'.repeat(64),
  embedded: true,
  factor: 16,
  minSide: 64,
  maxSide: 250,
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
const recipe: Recipe = {
  version: 1,
  model: { name: 'starter', sha256: card.sha256 },
  prompt: 'a fox',
  negativePrompt: '',
  steps: 8,
  width: 128,
  height: 128,
  cfg: { scale: 2.5, low: 0, high: 1 },
  seed: 1,
  imageIndex: 0,
  noise: 'philox4x32-10/1',
  stochasticity: 0,
  sampleType: 'transition',
  adapters: [],
  precision: 'f16',
  provider: 'cpu',
}

test.each([
  [1, 64],
  [127, 128],
  [136, 144],
  [9999, 240],
])('%i snaps to %i', (side, fitting) => {
  expect(nearestSide(side, card)).toBe(fitting)
})

test('a recipe that fits has no objection', () => {
  expect(objectionTo(recipe, card)).toBeNull()
  const classes = { ...card, kind: 'class' as const, classes: ['tench', 'goldfish'] }
  expect(objectionTo({ ...recipe, prompt: '', classId: 1 }, classes)).toBeNull()
})

test.each([
  [{ width: 130 }, {}, 'width', 'Use 128.'],
  [{ height: 8192 }, {}, 'height', 'Use 240.'],
  [{ prompt: ' \n' }, {}, 'prompt', 'Write what you want to see.'],
  [{ classId: 3 }, {}, 'classId', 'Write a prompt'],
  [{ prompt: '' }, { kind: 'class', classes: ['tench'] }, 'classId', 'from 0 to 0'],
  [{ prompt: '', classId: 1 }, { kind: 'class', classes: ['tench'] }, 'classId', 'from 0 to 0'],
] as const)('%o is refused with a remedy', (change, model, field, remedy) => {
  const objection = objectionTo(
    { ...recipe, ...change },
    { ...card, ...model, classes: 'classes' in model ? [...model.classes] : undefined },
  )
  expect(objection).toMatchObject({ code: 'bad-input', field, remedy: expect.stringContaining(remedy) })
})
