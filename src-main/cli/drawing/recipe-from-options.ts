import { randomInt } from 'node:crypto'
import { FailureError } from '#shared/ipc/failure'
import type { ModelCard } from '#shared/schema/model'
import { Recipe, RECIPE_LIMITS, RECIPE_VERSION, type AdapterUse, type PartialRecipe, type Provider } from '#shared/schema/recipe'
import { objectionTo } from '#shared/schema/recipe-check'
import { sizeUpon } from '#shared/schema/start-place'
import { UsageError } from '../explain'
import type { Size } from '../option-values'
import { outerSize, startOf, type StartWish } from './start-wish'

/** What the user said about a picture, values already read. What is undefined was not said. */
export interface Wishes {
  readonly prompt?: string
  readonly negative?: string
  readonly class?: string
  readonly nfe?: number
  readonly size?: Size
  readonly cfg?: number
  readonly cfgInterval?: { readonly low: number; readonly high: number }
  readonly seed?: number
  readonly stochasticity?: number
  readonly sampleType?: Recipe['sampleType']
  readonly noise?: Recipe['noise']
  readonly provider?: Provider
  /** Adapters in place of those of the picture that is drawn again. */
  readonly adapters?: readonly AdapterUse[]
  /** A picture to draw upon. */
  readonly start?: StartWish
}

/** What a picture begins with: its own recipe, another program's, or nothing. */
export type Start = { readonly whole: Recipe } | { readonly partial: PartialRecipe } | undefined

/**
 * The recipe that `wishes` mean with a model: what they leave open comes from the picture they start from, then from the model's
 * defaults. Throws UsageError or FailureError naming what is not allowed and what is.
 */
export function recipeFromOptions(wishes: Wishes, card: ModelCard, from: Start): Recipe {
  checkPrompts(wishes, card, from)
  const before: Partial<Recipe> | undefined =
    from === undefined ? undefined : 'whole' in from ? from.whole : fromPartial(from.partial)
  const given = { ...defaultsOf(card), ...before, ...fromWishes(wishes, before?.cfg ?? card.defaults.cfg, card) }
  const start = startOf(wishes.start, before, given)
  // A picture's own model keeps the name it had, so that its recipe stays the same to the byte.
  const model = before?.model?.sha256 === card.sha256 ? before.model : { name: card.name, sha256: card.sha256 }
  // The lowest version that can say it, so that what needs nothing new stays the same to the byte.
  const version = start === undefined && before?.from === undefined ? 1 : RECIPE_VERSION
  const recipe = Recipe.safeParse({ ...given, ...(start && { start }), version, model, precision: card.precision })
  if (!recipe.success) {
    const [issue] = recipe.error.issues
    throw new UsageError(`${issue?.path.join('.')}: ${issue?.message}.`, 'See tim generate --help for what is allowed.')
  }
  const objection = objectionTo(recipe.data, card)
  if (objection !== null) throw new FailureError(objection)
  return recipe.data
}

function defaultsOf(card: ModelCard): Omit<Recipe, 'model' | 'precision'> {
  const { steps, width, height, cfg, stochasticity } = card.defaults
  return {
    version: 1,
    prompt: '',
    negativePrompt: '',
    steps,
    width,
    height,
    cfg,
    seed: randomInt(2 ** 32),
    imageIndex: 0,
    noise: 'philox4x32-10/1',
    stochasticity,
    sampleType: 'transition',
    adapters: [],
    provider: card.provider,
  }
}

function fromPartial(partial: PartialRecipe): Partial<Recipe> {
  const { prompt, negativePrompt, steps, width, height, cfgScale, seed } = partial
  return {
    prompt,
    negativePrompt,
    ...(steps === undefined ? {} : { steps }),
    ...(width === undefined || height === undefined ? {} : { width, height }),
    ...(cfgScale === undefined ? {} : { cfg: { scale: cfgScale, low: 0, high: 1 } }),
    ...(seed === undefined ? {} : { seed }),
  }
}

function fromWishes(wishes: Wishes, cfg: Recipe['cfg'], card: ModelCard): Partial<Recipe> {
  const { prompt, negative, nfe, seed, stochasticity, sampleType, noise, provider, adapters } = wishes
  const outer = wishes.start && outerSize(wishes.start)
  const size = wishes.size ?? (outer && sizeUpon(outer, card))
  const said: Partial<Record<keyof Recipe, unknown>> = {
    prompt,
    negativePrompt: negative,
    steps: nfe,
    ...size,
    cfg: { ...cfg, ...(wishes.cfg === undefined ? {} : { scale: wishes.cfg }), ...wishes.cfgInterval },
    seed,
    stochasticity,
    sampleType,
    noise,
    provider,
    adapters,
    classId: wishes.class === undefined ? undefined : classNamed(wishes.class, card),
    // Another seed or prompt begins its own series.
    ...(seed === undefined ? {} : { imageIndex: 0 }),
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
}

function checkPrompts(wishes: Wishes, card: ModelCard, start: Start): void {
  const limit = RECIPE_LIMITS.promptCharacters
  for (const [option, text] of [['prompt', wishes.prompt] as const, ['--negative', wishes.negative] as const]) {
    if (text !== undefined && text.length > limit) {
      throw new UsageError(`The ${option} has ${text.length} characters.`, `Shorten it to at most ${limit}.`)
    }
  }
  if (card.kind === 'text') {
    if (wishes.class !== undefined) classNamed(wishes.class, card)
    if (wishes.prompt === undefined && start === undefined) {
      throw new UsageError('There is no prompt.', 'Say what to draw, as in: tim generate "a red apple".')
    }
    if (wishes.prompt?.trim() === '')
      throw new UsageError('The prompt is empty.', 'Say what to draw, as in: tim generate "a red apple".')
  } else if (wishes.prompt !== undefined) {
    throw new UsageError(`${card.title} draws classes, not prompts.`, 'Use --class NUMBER or --class NAME.')
  }
}

/** A class by its number, its name, or the one name that contains the text. Throws UsageError listing what comes close. */
export function classNamed(text: string, { title, classes = [] }: Pick<ModelCard, 'title' | 'classes'>): number {
  if (classes.length === 0) throw new UsageError(`${title} has no classes.`, 'Write a prompt instead of --class.')
  if (/^\d+$/.test(text) && Number(text) < classes.length) return Number(text)
  const wanted = text.trim().toLowerCase()
  const names = classes.map((name, id) => ({ id, name, words: name.toLowerCase().split(/\s*,\s*/) }))
  const exact = names.find(({ name, words }) => name.toLowerCase() === wanted || words.includes(wanted))
  if (exact !== undefined) return exact.id
  const near = wanted === '' ? [] : names.filter(({ name }) => name.toLowerCase().includes(wanted))
  const [only, ...others] = near
  if (only !== undefined && others.length === 0) return only.id
  const shown = near.slice(0, 8).map(({ id, name }) => `${id} ${name}`)
  const remedy =
    shown.length > 0
      ? `Did you mean: ${shown.join('; ')}?`
      : `Allowed: 0 to ${classes.length - 1}, or a name such as "${classes[0]}".`
  throw new UsageError(`${title} has no class '${text}'${near.length > 1 ? ' alone' : ''}.`, remedy)
}
