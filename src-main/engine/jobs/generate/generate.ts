import type { Cost, GenerateTask, JobNews, PictureOrder } from '#shared/engine/protocol'
import { passesOf } from '#shared/schema/passes'
import type { Recipe } from '#shared/schema/recipe'
import { startNoise, stepNoise } from '../../diffusion/noise/batch-noise'
import { imageNoise } from '../../diffusion/noise/image-noise'
import { sample, type Step } from '../../diffusion/sampler'
import type { Picture } from '../../images/picture'
import { EngineError } from '../../ir/errors'
import type { Conditions, DrawingModel } from './drawing-model'
import { keptSteps } from './kept-steps'

/** What drawing needs beside the model. */
export interface DrawingParts<C> {
  /** The model in a folder, loaded for the recipe's provider or one that takes its place. Throws EngineError. */
  readonly open: (folder: string, recipe: Recipe) => Promise<DrawingModel<C>>
  /** Writes a finished picture with its recipe, whole or not at all. Throws FileError. */
  readonly save: (file: string, picture: Picture, recipe: Recipe) => Promise<void>
  /** Writes frame `index` of a trajectory into a folder. Throws FileError. */
  readonly saveFrame: (folder: string, index: number, picture: Picture) => Promise<void>
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
}

/** Thrown between two steps when a job is asked to stop. */
export class Stopped extends Error {
  constructor() {
    super('stopped')
    this.name = 'Stopped'
  }
}

/**
 * Draws the pictures of a task one after the other and tells of every step. Pictures are drawn singly, so that each is the same,
 * byte for byte, whichever others were ordered with it. Throws Stopped when `signal` is aborted, between steps; what was finished
 * before is on disk.
 */
export async function* generate<C>(
  task: GenerateTask,
  parts: DrawingParts<C>,
  signal: AbortSignal,
): AsyncGenerator<JobNews, void, undefined> {
  const model = await parts.open(task.model, task.recipe)
  await useAdapters(model, task)
  for (const [picture, order] of task.pictures.entries()) {
    await breathe(signal)
    yield { is: 'begun', picture }
    const recipe: Recipe = { ...task.recipe, imageIndex: order.imageIndex, provider: model.provider }
    yield* draw(model, parts, { picture, order, recipe }, signal)
  }
  yield { is: 'finished' }
}

/** The recipe's adapters, from their folders; also takes those of the job before away. Throws EngineError. */
async function useAdapters<C>(model: DrawingModel<C>, { recipe, adapters = [] }: GenerateTask): Promise<void> {
  const used = recipe.adapters.flatMap((use, i) => {
    const folder = adapters[i]
    return folder === undefined ? [] : [{ ...use, folder }]
  })
  if (used.length < recipe.adapters.length || (used.length > 0 && !model.useAdapters)) {
    const remedy = 'Draw without adapters.'
    throw new EngineError('job.setting', 'This recipe has adapters, which cannot be used here.', remedy)
  }
  await model.useAdapters?.(used)
}

interface Ordered {
  readonly picture: number
  readonly order: PictureOrder
  readonly recipe: Recipe
}

async function* draw<C>(
  model: DrawingModel<C>,
  parts: DrawingParts<C>,
  { picture, order, recipe }: Ordered,
  signal: AbortSignal,
): AsyncGenerator<JobNews, void, undefined> {
  const clock = new CostClock(parts.now)
  const conditions = await model.conditionsOf(recipe)
  // All pictures of a task have the same prompt.
  if (picture === 0) for (const text of conditions.notes ?? []) yield { is: 'note', picture, text }
  const path = pathOf(model, conditions, recipe)
  const kept = keptSteps(recipe.steps)
  for (;;) {
    await breathe(signal)
    const { result, ms } = await clock.network(async () => path.next())
    if (result.done === true) break
    const step = result.value
    const last = step.index === recipe.steps - 1
    // The last prediction is the picture itself.
    if (last) await parts.save(order.file, await model.decode(step.x), recipe)
    else if (kept.has(step.index)) {
      await clock.frame(async () => parts.saveFrame(order.frames, step.index, await model.decode(step.prediction)))
    }
    yield { is: 'step', picture, ms, ...place(step, recipe), shown: kept.has(step.index) }
  }
  yield { is: 'made', picture, recipe, cost: clock.cost(recipe) }
}

function pathOf<C>(model: DrawingModel<C>, conditions: Conditions<C>, recipe: Recipe): AsyncGenerator<Step, void, undefined> {
  const noise = [imageNoise(recipe.noise, recipe.seed, recipe.imageIndex)]
  const [, ...shape] = model.latentShape(recipe.width, recipe.height)
  return sample(model.network, {
    transport: model.transport,
    z: startNoise(noise, shape),
    steps: recipe.steps,
    ...conditions,
    cfg: recipe.cfg,
    stochasticity: recipe.stochasticity,
    noise: stepNoise(noise),
    sampleType: recipe.sampleType,
    ...(recipe.tMax === undefined ? {} : { tMax: recipe.tMax }),
    ...(recipe.tMin === undefined ? {} : { tMin: recipe.tMin }),
  })
}

const place = ({ index, t, r }: Step, { steps }: Recipe): Pick<Extract<JobNews, { is: 'step' }>, 'index' | 'of' | 't' | 'r'> => ({
  index,
  of: steps,
  t,
  r,
})

/** Lets messages in, a request to stop among them: a computation never does. */
async function breathe(signal: AbortSignal): Promise<void> {
  await new Promise(setImmediate)
  if (signal.aborted) throw new Stopped()
}

/** Where the time of one picture goes. */
class CostClock {
  private readonly begun: number
  private networkMs = 0
  private framesMs = 0

  constructor(private readonly now: () => number) {
    this.begun = now()
  }

  async network<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
    const from = this.now()
    const result = await work()
    const ms = this.now() - from
    this.networkMs += ms
    return { result, ms }
  }

  async frame(work: () => Promise<void>): Promise<void> {
    const from = this.now()
    await work()
    this.framesMs += this.now() - from
  }

  cost({ steps, cfg }: Recipe): Cost {
    const tookMs = this.now() - this.begun
    return {
      tookMs,
      passMs: this.networkMs / passesOf(steps, cfg),
      stepMs: this.framesMs / steps,
      onceMs: Math.max(0, tookMs - this.networkMs - this.framesMs),
    }
  }
}
