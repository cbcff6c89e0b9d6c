import type { Failure } from '#shared/ipc/failure'
import { recipeOf } from '#shared/schema/draft'
import type { Generation } from '#shared/schema/generation'
import type { JobId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import { nextSeed } from '../drawing/seed'
import { studio } from '../ipc/client'
import { fitAreas, fitPlaces, useCanvas } from '../state/canvas'
import { useEngine } from '../state/engine'
import { chosenModel, useModels } from '../state/models'
import { usePictures } from '../state/pictures'
import { placeOf } from '../state/place-of'
import { closeAllProblems, showProblem } from '../state/problems'
import { patchDraft, useSettings } from '../state/settings'
import { watches, withJob } from '../state/slots'
import { frameOf, START_FRAME } from '../state/start-frame'
import { keepMask } from './mask'

const noModel: Failure = {
  code: 'not-found',
  what: 'model',
  message: 'No model is ready to draw.',
  remedy: 'The studio comes with one: install the studio again, or put a model into the models folder.',
}

const noPrompt: Failure = {
  code: 'bad-input',
  field: 'prompt',
  message: 'There is no prompt yet.',
  remedy: 'Write what the picture should show.',
}

/** The seed that the last job was drawn with, in this window or before it. */
let drawnSeed: number | undefined

export function rememberDrawnSeed(seed: number): void {
  drawnSeed = seed
}

/** Draws what stands in the panel. */
export async function draw(first = false): Promise<void> {
  await keepMask()
  const { draft } = useSettings.getState()
  const model = chosenModel(useModels.getState().models, draft.model)
  if (model?.state.is !== 'ready') return showProblem('model', noModel)
  if (model.kind === 'text' && draft.prompt.trim() === '') return showProblem('prompt', noPrompt)
  const seed = nextSeed(draft.seed, draft.seedLocked, drawnSeed)
  const imageIndex = seed === draft.seed ? draft.imageIndex : 0
  patchDraft({ seed, imageIndex })
  await drawRecipe(recipeOf({ ...draft, seed, imageIndex }, model), draft.count, {
    first,
    ...(draft.start && { beside: START_FRAME }),
  })
}

interface HowToDraw {
  /** Before the jobs that wait. */
  readonly first?: boolean
  /** The picture beside which the new one is placed. */
  readonly beside?: string
  /** Whether the two are compared once the new one is there. */
  readonly compare?: boolean
}

/** Draws `count` pictures of a recipe and gives them their places on the canvas. */
export async function drawRecipe(
  recipe: Recipe,
  count: number,
  { first = false, beside, compare = false }: HowToDraw = {},
): Promise<void> {
  closeAllProblems()
  starting++
  const started = await studio.call('generate/start', { recipe, count, first })
  starting--
  if (started.ok) {
    drawnSeed = recipe.seed
    if (compare && beside !== undefined) toCompare.set(started.value.job, beside)
    placeJob({ id: started.value.job, recipe, count }, beside)
  } else showProblem(placeOf(started.failure), started.failure)
  placeQueue()
}

/** Jobs whose picture is to be compared with another one. */
const toCompare = new Map<JobId, string>()

/** Compares a picture that is finished with the one it was drawn beside, if that was asked for and nothing else was selected meanwhile. */
export function compareFinished({ id, job }: Pick<Generation, 'id' | 'job'>): void {
  const left = toCompare.get(job)
  toCompare.delete(job)
  const { placed, following, selection } = useCanvas.getState()
  const watched = following === id && selection.length === 1 && selection[0] === id
  if (left === undefined || !watched || !placed.some((item) => item.id === left)) return
  useCanvas.setState({ selection: [left, id], compared: { left, right: id } })
}

/** Jobs that were asked for and not yet confirmed. Their news may come first, but only the asker knows where they belong. */
let starting = 0

/** Gives every job of the queue its places: also those that were queued before this window was there. */
export function placeQueue(): void {
  if (starting > 0) return
  for (const job of useEngine.getState().queue.jobs) placeJob(job)
}

interface PlacedJob {
  readonly id: JobId
  readonly recipe: Pick<Recipe, 'width' | 'height'>
  readonly count: number
}

/** Gives a job its places. The view goes there unless another picture is forming, which one may be watching. */
function placeJob({ id, recipe, count }: PlacedJob, beside?: string): void {
  const forming = Object.values(usePictures.getState().forming).filter((picture) => picture !== undefined)
  const generations: (string | undefined)[] = []
  for (const picture of forming) if (picture.job === id) generations[picture.picture] = picture.generation
  const before = useCanvas.getState()
  const { width, height } = recipe
  const { start } = useSettings.getState().draft
  // Pictures are laid around the frame as around a picture.
  const frame = start === null ? [] : [{ id: START_FRAME, ...frameOf(start) }]
  const around = { ...before, placed: [...before.placed, ...frame] }
  const laid = withJob(around, { job: id, width, height, count, generations }, before.surface, beside)
  if (laid === around) return
  const after = { ...laid, placed: laid.placed.filter((item) => item.id !== START_FRAME) }
  const { made } = usePictures.getState()
  if (watches(before, (id) => id in made)) {
    useCanvas.setState({ ...after, selection: before.selection, following: before.following })
    return
  }
  useCanvas.setState({ ...after, held: undefined })
  const fresh = after.placed.slice(before.placed.length).map((item) => item.id)
  if (beside === START_FRAME) fitAreas([...frame, ...after.placed.filter((item) => fresh.includes(item.id))])
  else fitPlaces(beside === undefined ? fresh : [beside, ...fresh])
}

/** The job that runs now. */
export function runningJob(): JobId | undefined {
  return useEngine.getState().queue.jobs.find((job) => job.state === 'running')?.id
}

/** Cancels the running job, or the first that waits. */
export async function cancel(): Promise<void> {
  const job = runningJob() ?? useEngine.getState().queue.jobs[0]?.id
  if (job === undefined) return
  const cancelled = await studio.call('generate/cancel', { job })
  if (!cancelled.ok && cancelled.failure.code !== 'not-found') showProblem('stage', cancelled.failure)
}

export async function restartEngine(): Promise<void> {
  const restarted = await studio.call('engine/restart')
  if (!restarted.ok) showProblem('stage', restarted.failure)
}
