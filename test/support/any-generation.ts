import type { Generation } from '#shared/schema/generation'
import { GenerationId, JobId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import { newId } from '../../src-main/library/new-id'

/** A recipe in which nothing is out of the ordinary. */
export const anyRecipe: Recipe = {
  version: 1,
  model: { name: 'starter', sha256: 'a'.repeat(64) },
  prompt: 'a red fox',
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

/** A picture of it, with a new id. */
export function anyGeneration(change: Partial<Recipe> = {}, createdAt = Date.now()): Generation {
  const [id, job] = [GenerationId.parse(newId()), JobId.parse(newId())]
  return {
    version: 1,
    id,
    job,
    recipe: { ...anyRecipe, ...change },
    frames: [],
    starred: false,
    createdAt,
    tookMs: 100,
  }
}
