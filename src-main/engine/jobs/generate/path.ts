import type { Leg, Recipe } from '#shared/schema/recipe'
import { timeGrid } from '../../diffusion/grid'
import { startNoise, stepNoise } from '../../diffusion/noise/batch-noise'
import { imageNoise, type ImageNoise } from '../../diffusion/noise/image-noise'
import { noised } from '../../diffusion/path'
import { withOtherNoise } from '../../diffusion/noise/other-noise'
import { sample, type Step } from '../../diffusion/sampler'
import type { Conditions, DrawingModel } from './drawing-model'
import { pathPoint, type PathPoint } from './states'

/** What of a recipe decides one way through time: its last way, or a leg before. */
type Way = Omit<Leg, 'taken'>

/** The state that a recipe's path begins with. */
export interface Beginning extends PathPoint {
  readonly t: number
}

/** The path of a recipe, from the noise of its seed, from a picture under it, or from a state. */
export function pathOf<C>(
  model: DrawingModel<C>,
  conditions: Conditions<C>,
  recipe: Recipe,
  beginning: Beginning | undefined,
): AsyncGenerator<Step, void, undefined> {
  return way(model, conditions, { recipe, legs: recipe.from?.legs ?? [], own: recipe }, beginning)
}

/**
 * The state that a recipe continues from, computed from the noise on; undefined for a recipe that begins with noise. `between` is
 * awaited before each step and may throw to stop.
 */
export async function computeBeginning<C>(
  model: DrawingModel<C>,
  recipe: Recipe,
  between: () => Promise<void>,
): Promise<Beginning | undefined> {
  const legs = recipe.from?.legs ?? []
  let beginning: Beginning | undefined
  for (const [i, leg] of legs.entries()) {
    const path = way(model, await model.conditionsOf(leg), { recipe, legs: legs.slice(0, i), own: leg }, beginning)
    await between()
    for await (const step of path) {
      if (step.index === leg.taken - 1) {
        beginning = { ...pathPoint(step.x.data), t: step.r }
        break
      }
      await between()
    }
  }
  return beginning
}

/** The time at which a recipe's path begins. */
export function beginningTime<C>(model: Pick<DrawingModel<C>, 'transport'>, recipe: Recipe): number {
  const { tMin = model.transport.time.min } = recipe
  return (recipe.from?.legs ?? []).reduce(
    (t, { steps, taken }) => timeGrid(t, tMin, steps)[taken] ?? NaN,
    startTime(model, recipe),
  )
}

/** The time at which its first way begins: the end of all, or nearer to the picture that it starts from. */
function startTime<C>({ transport }: Pick<DrawingModel<C>, 'transport'>, { tMax, tMin, start }: Recipe): number {
  const { max, min } = { max: tMax ?? transport.time.max, min: tMin ?? transport.time.min }
  return start === undefined ? max : min + start.strength * (max - min)
}

interface Stretch {
  /** What is the same all along. */
  readonly recipe: Recipe
  /** What came before. */
  readonly legs: readonly Leg[]
  readonly own: Way
}

function way<C>(
  model: DrawingModel<C>,
  conditions: Conditions<C>,
  { recipe, legs, own }: Stretch,
  beginning: Beginning | undefined,
): AsyncGenerator<Step, void, undefined> {
  const [, ...shape] = model.latentShape(recipe.width, recipe.height)
  const noise = noiseOf(recipe, own)
  const z = startNoise([noise], shape)
  const fresh = stepNoise([noise])
  // Steps before count on: a path that goes on with what it had takes the noise that it would have taken.
  const before = legs.reduce((sum, { taken }) => sum + taken, 0)
  const last = legs.at(-1)
  const start =
    beginning && last
      ? { t: beginning.t, xt: overNoise(model, { recipe, shape, last, own }, beginning, z.data) }
      : overGround(model, recipe, z.data)
  return sample(model.network, {
    transport: model.transport,
    z,
    steps: own.steps,
    ...conditions,
    cfg: own.cfg,
    stochasticity: own.stochasticity,
    noise: (step, length) => fresh(before + step, length),
    sampleType: own.sampleType,
    ...(recipe.tMax === undefined ? {} : { tMax: recipe.tMax }),
    ...(recipe.tMin === undefined ? {} : { tMin: recipe.tMin }),
    ...(start && { start }),
    ...(model.ground?.free && { hold: { x: model.ground.latent, z: z.data, free: model.ground.free } }),
  })
}

/** α_t x + σ_t z at the time where the first way begins: the picture that it starts from, under its noise. */
function overGround<C>(
  { transport, ground }: DrawingModel<C>,
  recipe: Recipe,
  z: Float32Array,
): { readonly t: number; readonly xt: Float64Array } | undefined {
  if (ground === undefined) return undefined
  const t = startTime({ transport }, recipe)
  return { t, xt: noised(transport, { x: ground.latent, z, t: Float64Array.of(t) }) }
}

const noiseOf = (recipe: Recipe, { seed, imageIndex }: Way): ImageNoise => imageNoise(recipe.noise, seed, imageIndex)

/** The state as it is where the seed stays the same, and over the new seed's noise where it changes. */
function overNoise<C>(
  { transport }: DrawingModel<C>,
  {
    recipe,
    shape,
    last,
    own,
  }: { readonly recipe: Recipe; readonly shape: readonly number[]; readonly last: Leg; readonly own: Way },
  beginning: Beginning,
  z: Float32Array,
): Float32Array | Float64Array {
  if (last.seed === own.seed && last.imageIndex === own.imageIndex) return beginning.xt
  return withOtherNoise(transport, beginning, startNoise([noiseOf(recipe, last)], shape).data, z)
}
