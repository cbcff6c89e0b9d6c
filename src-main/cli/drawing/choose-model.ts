import type { FoundModel } from '#shared/engine/protocol'
import { FailureError } from '#shared/ipc/failure'
import type { Recipe } from '#shared/schema/recipe'
import { UsageError } from '../explain'

/** The model that a command names, a recipe was made with, or else the first that is ready. Throws what to do where there is none. */
export function chooseModel(found: readonly FoundModel[], name: string | undefined, recipe: Recipe | undefined): FoundModel {
  if (name !== undefined) return usable(byName(found, name))
  if (recipe !== undefined) return usable(byHash(found, recipe.model))
  const first = found.find(({ card }) => card.state.is === 'ready') ?? found[0]
  if (first !== undefined) return usable(first)
  throw new FailureError({
    code: 'model-missing',
    model: 'starter',
    message: 'No model is installed: assets/starter holds none, nor does the library.',
    remedy: 'Train the embedded one (npm run starter:data, npm run starter:train), or put a model folder into the library.',
  })
}

function byName(found: readonly FoundModel[], name: string): FoundModel {
  const known = found.find(({ card }) => card.name === name) ?? found.find(({ card }) => card.title === name)
  if (known !== undefined) return known
  const names = found.map(({ card }) => card.name).join(', ')
  throw new UsageError(`There is no model '${name}'.`, names === '' ? 'No model is installed.' : `Installed: ${names}.`)
}

function byHash(found: readonly FoundModel[], model: Recipe['model']): FoundModel {
  const known = found.find(({ card }) => card.sha256 === model.sha256)
  if (known !== undefined) return known
  throw new FailureError({
    code: 'model-missing',
    model: model.name,
    message: `The model “${model.name}” is not installed in the version that this picture was made with (sha256 ${model.sha256}).`,
    remedy: 'Install that model, or name another with --model: the picture will differ.',
  })
}

function usable(found: FoundModel): FoundModel {
  const { card, folder } = found
  if (card.state.is === 'ready') return found
  throw new FailureError({
    code: 'model-broken',
    model: card.title,
    message: `The model “${card.title}” in ${folder} cannot be used: ${card.state.why}`,
    remedy: 'Install it again, or name another with --model.',
  })
}
