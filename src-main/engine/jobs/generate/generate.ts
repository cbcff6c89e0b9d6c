import type { Cost, GenerateTask, JobNews, PictureOrder } from '#shared/engine/protocol'
import { passesOf } from '#shared/schema/passes'
import type { Provider, Recipe } from '#shared/schema/recipe'
import { startNoise, stepNoise } from '../../diffusion/noise/batch-noise'
import { imageNoise } from '../../diffusion/noise/image-noise'
import { timeGrid } from '../../diffusion/grid'
import { sample, type Step } from '../../diffusion/sampler'
import type { Picture } from '../../images/picture'
import { EngineError } from '../../ir/errors'
import type { Tensor } from '../../ir/tensor'
import { detourNote, type DeviceChoice } from './device-choice'
import type { Conditions, DrawingModel } from './drawing-model'
import { keptSteps } from './kept-steps'
import type { Unfinished } from './unfinished'

/** What drawing needs beside the model. */
export interface DrawingParts<C> {
  /** The model in a folder, loaded for the recipe's provider or one that takes its place. Throws EngineError. */
  readonly open: (folder: string, recipe: Recipe) => Promise<DrawingModel<C>>
  /** Writes a finished picture with its recipe, whole or not at all. Throws FileError. */
  readonly save: (file: string, picture: Picture, recipe: Recipe) => Promise<void>
  /** Writes frame `index` of a trajectory into a folder. Throws FileError. */
  readonly saveFrame: (folder: string, index: number, picture: Picture) => Promise<void>
  /** Latents kept in a folder until their pictures are written. Without it none are kept. */
  readonly unfinished?: (folder: string) => Unfinished
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
  /** Remembers which providers failed with which models. */
  readonly devices: Pick<DeviceChoice, 'refuse' | 'refusalOf'>
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
 * byte for byte, whichever others were ordered with it. A provider that fails gives way to the next, told by a note; the picture is then
 * begun anew. Throws Stopped when `signal` is aborted, between steps; what was finished
 * before is on disk.
 */
export async function* generate<C>(
  task: GenerateTask,
  parts: DrawingParts<C>,
  signal: AbortSignal,
): AsyncGenerator<JobNews, void, undefined> {
  let asked = task.recipe.provider
  for (let picture = 0; picture < task.pictures.length;) {
    const order = task.pictures[picture]
    if (!order) break
    const model = await parts.open(task.model, { ...task.recipe, provider: asked })
    await useAdapters(model, task)
    const unfinished = task.unfinished === undefined ? undefined : parts.unfinished?.(task.unfinished)
    await breathe(signal)
    yield { is: 'begun', picture }
    if (model.provider !== asked) {
      yield { is: 'note', picture, text: detourNote(asked, model.provider, parts.devices.refusalOf(task.model, asked)) }
      asked = model.provider
    }
    const recipe: Recipe = { ...task.recipe, imageIndex: order.imageIndex, provider: model.provider }
    try {
      yield* draw(model, parts, { picture, order, recipe, unfinished }, signal)
      picture++
    } catch (error) {
      if (!isDeviceFault(model.provider, error)) throw error
      // Opened again at the next turn, where another provider takes its place.
      parts.devices.refuse(task.model, model.provider, error)
    }
  }
  yield { is: 'finished' }
}

/** Whether another provider may do what this one failed to: not where a setting, a file or the user ended the job. */
function isDeviceFault(provider: Provider, error: unknown): boolean {
  if (provider === 'cpu' || error instanceof Stopped) return false
  return !(error instanceof EngineError) || error.code.startsWith('runtime.')
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
  readonly unfinished: Unfinished | undefined
}

async function* draw<C>(
  model: DrawingModel<C>,
  parts: DrawingParts<C>,
  ordered: Ordered,
  signal: AbortSignal,
): AsyncGenerator<JobNews, void, undefined> {
  const { picture, order, recipe, unfinished } = ordered
  const clock = new CostClock(parts.now)
  const before = await unfinished?.find(recipe, model.latentShape(recipe.width, recipe.height))
  if (before) {
    yield { is: 'note', picture, text: 'An earlier attempt had sampled this picture: it is only decoded.' }
    yield* finish(model, parts, ordered, before, signal)
    yield lastStep(model, ordered)
    yield { is: 'made', picture, recipe, cost: clock.cost(recipe), resumed: true }
    return
  }
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
    if (last) yield* finish(model, parts, ordered, step.x, signal)
    else if (kept.has(step.index)) {
      await clock.frame(async () => parts.saveFrame(order.frames, step.index, await model.decode(step.prediction)))
    }
    yield { is: 'step', picture, ms, ...place(step, recipe), shown: kept.has(step.index) }
  }
  yield { is: 'made', picture, recipe, cost: clock.cost(recipe) }
}

/** Decodes a latent and writes the picture; until then the latent is kept. */
async function* finish<C>(
  model: DrawingModel<C>,
  parts: DrawingParts<C>,
  { picture, order, recipe, unfinished }: Ordered,
  latent: Tensor<'f32'>,
  signal: AbortSignal,
): AsyncGenerator<JobNews, void, undefined> {
  const notes: string[] = []
  try {
    await unfinished?.keep(recipe, latent)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    notes.push(`Should this picture fail, it will be sampled again, since its latent could not be kept: ${error.message}`)
  }
  try {
    await parts.save(order.file, await model.decode(latent, { note: (text) => notes.push(text), signal }), recipe)
  } catch (error) {
    throw signal.aborted ? new Stopped() : error
  }
  await unfinished?.done(recipe)
  for (const text of notes) yield { is: 'note', picture, text }
}

/** The news of a last step that an earlier attempt took. */
function lastStep<C>({ transport }: DrawingModel<C>, { picture, recipe }: Ordered): JobNews {
  const { steps, tMax = transport.time.max, tMin = transport.time.min } = recipe
  const [t = tMax, r = tMin] = timeGrid(tMax, tMin, steps).slice(-2)
  return { is: 'step', picture, ms: 0, index: steps - 1, of: steps, t, r, shown: true }
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
