import type { GenerateTask, JobNews, PictureOrder } from '#shared/engine/protocol'
import { beginningOf } from '#shared/schema/continue-recipe'
import { passesOf } from '#shared/schema/passes'
import type { Provider, Recipe } from '#shared/schema/recipe'
import type { PreviewChoice } from '#shared/schema/settings'
import { timeGrid } from '../../diffusion/grid'
import type { Step } from '../../diffusion/sampler'
import type { Picture } from '../../images/picture'
import { EngineError } from '../../ir/errors'
import { sizeOf, type Tensor } from '../../ir/tensor'
import { CostClock } from './cost-clock'
import { detourNote, type DeviceChoice } from './device-choice'
import type { DrawingModel } from './drawing-model'
import { keptSteps } from './kept-steps'
import { beginningTime, computeBeginning, pathOf, type Beginning } from './path'
import { Previews } from './previews'
import { upon } from './start-from'
import type { PathPoint } from './states'
import type { Unfinished } from './unfinished'
import { Writing } from './writing'

/** What drawing needs beside the model. */
export interface DrawingParts<C> {
  /** Refuses, before anything is loaded, a recipe that cannot fit into memory. Throws EngineError `memory.too-little`. */
  readonly requireMemory?: (folder: string, recipe: Recipe) => void
  /** The model in a folder, loaded for the recipe's provider or one that takes its place. Throws EngineError. */
  readonly open: (folder: string, recipe: Recipe) => Promise<DrawingModel<C>>
  /** Writes a finished picture with its recipe, whole or not at all. Throws FileError. */
  readonly save: (file: string, picture: Picture, recipe: Recipe) => Promise<void>
  /** Writes frame `index` of a trajectory into a folder. Throws FileError. */
  readonly saveFrame: (folder: string, index: number, picture: Picture) => Promise<void>
  /** Writes the state after step `index` into a folder. Throws FileError. */
  readonly saveState: (folder: string, index: number, xt: Float32Array) => Promise<void>
  /** The state of `length` numbers in a file; undefined where it is gone. */
  readonly readState: (file: string, length: number) => Promise<PathPoint | undefined>
  /** Latents kept in a folder until their pictures are written. Without it none are kept. */
  readonly unfinished?: (folder: string) => Unfinished
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number
  /** Remembers which providers failed with which models. */
  readonly devices: Pick<DeviceChoice, 'refuse' | 'refusalOf'>
}

/** Thrown between two steps, or between two parts of the network, when a job is asked to stop. */
export class Stopped extends Error {
  constructor() {
    super('stopped')
    this.name = 'Stopped'
  }
}

/**
 * Draws the pictures of a task one after the other and tells of every step. Pictures are drawn singly, so that each is the same,
 * byte for byte, whichever others were ordered with it. A provider that fails gives way to the next, told by a note; the picture is then
 * begun anew. Throws Stopped soon after `signal` is aborted; what was finished before is on disk.
 */
export async function* generate<C>(
  task: GenerateTask,
  parts: DrawingParts<C>,
  signal: AbortSignal,
): AsyncGenerator<JobNews, void, undefined> {
  let asked = task.recipe.provider
  let ready: { readonly model: DrawingModel<C>; readonly drawing: DrawingModel<C> } | undefined
  for (let picture = 0; picture < task.pictures.length;) {
    const order = task.pictures[picture]
    if (!order) break
    parts.requireMemory?.(task.model, { ...task.recipe, provider: asked })
    const model = await parts.open(task.model, { ...task.recipe, provider: asked })
    model.stopAt?.(signal)
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
      // All pictures of a task start from the same one.
      if (ready?.model !== model) ready = { model, drawing: await upon(model, recipe, task.start) }
      yield* draw(
        ready.drawing,
        parts,
        { picture, order, recipe, unfinished, state: task.state, preview: task.preview ?? 'auto' },
        signal,
      )
      picture++
    } catch (error) {
      if (signal.aborted) throw new Stopped()
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
  /** File in which the state that the recipe continues from may still be. */
  readonly state: string | undefined
  readonly preview: PreviewChoice
}

async function* draw<C>(
  model: DrawingModel<C>,
  parts: DrawingParts<C>,
  ordered: Ordered,
  signal: AbortSignal,
): AsyncGenerator<JobNews, void, undefined> {
  const { picture, order, unfinished } = ordered
  const made = (recipe: Recipe, resumed: boolean): JobNews => {
    const passes = passesOf(recipe.steps, recipe.cfg, beginningOf(recipe))
    return { is: 'made', picture, recipe, cost: clock.cost({ steps: recipe.steps, passes }), ...(resumed && { resumed }) }
  }
  let clock = new CostClock(parts.now)
  const before = await unfinished?.find(ordered.recipe, model.latentShape(ordered.recipe.width, ordered.recipe.height))
  if (before) {
    yield { is: 'note', picture, text: 'An earlier attempt had sampled this picture: it is only decoded.' }
    yield* finish(model, parts, ordered, before, signal)
    yield lastStep(model, ordered)
    yield made(ordered.recipe, true)
    return
  }
  const beginning = yield* beginningFor(model, parts, ordered, signal)
  const recipe = withState(ordered.recipe, beginning)
  // What it took to come there says nothing of the picture's own steps.
  if (beginning) clock = new CostClock(parts.now)
  const conditions = await model.conditionsOf(recipe)
  // All pictures of a task have the same prompt.
  if (picture === 0) for (const text of conditions.notes ?? []) yield { is: 'note', picture, text }
  const path = pathOf(model, conditions, recipe, beginning)
  const kept = keptSteps(recipe.steps)
  const previews = new Previews(model, ordered.preview, parts.now)
  // States are written while the next steps are computed.
  const writing = new Writing()
  for (;;) {
    await breathe(signal)
    const { result, ms } = await clock.network(async () => path.next())
    if (result.done === true) break
    const step = result.value
    const last = step.index === recipe.steps - 1
    // The last prediction is the picture itself.
    if (last) yield* finish(model, parts, { ...ordered, recipe }, step.x, signal)
    else if (kept.has(step.index)) {
      await clock.frame(async () => {
        if (order.states !== undefined) writing.push(parts.saveState(order.states, step.index, step.x.data))
        await parts.saveFrame(order.frames, step.index, await previews.of(step.prediction, ms))
      })
    }
    yield { is: 'step', picture, ms, ...place(step, recipe), shown: kept.has(step.index) }
  }
  await writing.done()
  yield made(recipe, false)
}

/** The state that a recipe continues from: the one that was kept, or computed again. */
async function* beginningFor<C>(
  model: DrawingModel<C>,
  parts: DrawingParts<C>,
  { picture, recipe, state }: Ordered,
  signal: AbortSignal,
): AsyncGenerator<JobNews, Beginning | undefined, undefined> {
  if (recipe.from === undefined) return undefined
  const wanted = recipe.from.state
  const found =
    state === undefined ? undefined : await parts.readState(state, sizeOf(model.latentShape(recipe.width, recipe.height)))
  if (found && (wanted === undefined || wanted === found.sha256)) return { ...found, t: beginningTime(model, recipe) }
  const computed = await computeBeginning(model, recipe, async () => breathe(signal))
  if (wanted !== undefined && computed?.sha256 !== wanted) {
    const text =
      'The steps before came out a little different here than where this picture was first drawn, and so will the picture.'
    yield { is: 'note', picture, text }
  }
  return computed
}

/** The recipe, saying which state it was drawn from. */
function withState(recipe: Recipe, beginning: Beginning | undefined): Recipe {
  if (beginning === undefined || recipe.from === undefined) return recipe
  return { ...recipe, from: { ...recipe.from, state: beginning.sha256 } }
}

/** Decodes a latent and writes the picture; until then the latent is kept. */
async function* finish<C>(
  model: DrawingModel<C>,
  parts: DrawingParts<C>,
  { picture, order, recipe, unfinished, preview }: Ordered,
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
    const decode = (): Promise<Picture> => model.decode(latent, { note: (text) => notes.push(text), signal })
    await parts.save(order.file, await new Previews(model, preview, parts.now).timed(latent, decode), recipe)
  } catch (error) {
    throw signal.aborted ? new Stopped() : error
  }
  await unfinished?.done(recipe)
  for (const text of notes) yield { is: 'note', picture, text }
}

/** The news of a last step that an earlier attempt took. */
function lastStep<C>(model: DrawingModel<C>, { picture, recipe }: Ordered): JobNews {
  const { steps, tMin = model.transport.time.min } = recipe
  const [t = NaN, r = tMin] = timeGrid(beginningTime(model, recipe), tMin, steps).slice(-2)
  return { is: 'step', picture, ms: 0, index: steps - 1, of: steps, t, r, shown: true }
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
