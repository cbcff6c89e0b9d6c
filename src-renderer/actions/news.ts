import type { HistoryChange, JobStarted, StepEvent } from '#shared/ipc/events'
import type { Failure } from '#shared/ipc/failure'
import type { Generation } from '#shared/schema/generation'
import type { GenerationId, JobId } from '#shared/schema/id'
import { studio } from '../ipc/client'
import { fitPlaces, useCanvas } from '../state/canvas'
import { useEngine } from '../state/engine'
import { begun, ended, stepped, type Forming } from '../state/forming'
import { useHistory } from '../state/history'
import { withoutPictures, withPicture } from '../state/history-rows'
import { useLibrary } from '../state/library'
import { useModels } from '../state/models'
import { rememberGenerations, usePictures } from '../state/pictures'
import { placeOf } from '../state/place-of'
import { showProblem } from '../state/problems'
import { slotPrefix, withBegun, withGeneration, withRenamed, without } from '../state/slots'
import { showToast } from '../state/window'
import { compareFinished, placeQueue } from './draw'
import { reloadHistory } from './history'
import { runMenuCommand } from './run'

/** Long enough to read which words of a prompt were left out. */
const NOTE_MS = 12_000

/** Listens to main for as long as the window lives. */
export function listen(): void {
  studio.on('queue/changed', (queue) => {
    const runs = queue.jobs.some(({ state }) => state === 'running')
    useEngine.setState(({ progress }) => ({ queue, progress: runs ? progress : undefined }))
    placeQueue()
  })
  studio.on('queue/progress', (progress) => useEngine.setState({ progress }))
  studio.on('job/started', (started) => {
    goOnInPlace(started)
    usePictures.setState(({ forming }) => ({ forming: begun(forming, started) }))
    claim(started.job, started.picture, started.generation)
  })
  studio.on('generate/step', onStep)
  studio.on('generate/done', ({ generation }) => onDone(generation))
  studio.on('job/note', ({ text }) => showToast(text, NOTE_MS))
  studio.on('job/done', ({ job }) => freeJob(job))
  studio.on('job/failed', ({ job, failure }) => {
    freeJob(job)
    if (shows(failure)) showProblem(placeOf(failure), failure)
  })
  studio.on('engine/state', (engine) => useEngine.setState({ engine }))
  studio.on('models/changed', (models) => useModels.setState({ models }))
  studio.on('library/changed', (library) => useLibrary.setState({ library }))
  studio.on('history/changed', (change) => void onHistory(change))
  studio.on('app/command', runMenuCommand)
}

/** Cancelling was asked for, and of an engine that stays down its own bar tells. */
function shows(failure: Failure): boolean {
  return failure.code !== 'cancelled' && failure.code !== 'engine-down'
}

/** A picture that is gone on with is another one in the same place. */
function goOnInPlace({ job, picture, generation }: JobStarted): void {
  const before = Object.values(usePictures.getState().forming).find(
    (other) => other?.job === job && other.picture === picture && other.generation !== generation,
  )
  if (before === undefined) return
  useCanvas.setState((canvas) => withRenamed(canvas, before.generation, generation))
  usePictures.setState(({ forming }) => ({ forming: ended(forming, (other) => other === before) }))
}

/** A picture of a job begins: its place gets its name. Who goes along with what forms is shown the whole job at its first picture. */
function claim(job: JobId, picture: number, generation: GenerationId): void {
  const before = useCanvas.getState()
  const named = withGeneration(before, job, picture, generation)
  const after = before.held === undefined ? withBegun(named, generation) : named
  useCanvas.setState(after)
  if (picture > 0 || after.following !== generation || after.fitted === undefined || after.fitted.includes(generation)) return
  fitPlaces(after.placed.flatMap(({ id }) => (id === generation || id.startsWith(slotPrefix(job)) ? id : [])))
}

function onStep(step: StepEvent): void {
  const known = usePictures.getState().forming[step.generation] !== undefined
  usePictures.setState(({ forming }) => ({ forming: stepped(forming, step) }))
  if (!known) claim(step.job, step.picture, step.generation)
}

function onDone(generation: Generation): void {
  rememberGenerations([generation])
  usePictures.setState(({ forming }) => ({ forming: ended(forming, ({ generation: id }) => id === generation.id) }))
  addToHistory([generation])
  compareFinished(generation)
}

/** Frees the places that a job has not filled. */
function freeJob(job: JobId): void {
  const { made, forming } = usePictures.getState()
  const ofJob = (picture: Forming) => picture.job === job
  const unfilled = Object.values(forming).filter(
    (picture) => picture !== undefined && ofJob(picture) && made[picture.generation] === undefined,
  )
  const gone = new Set<string>(unfilled.map((picture) => picture?.generation ?? ''))
  useCanvas.setState((canvas) => without(canvas, (id) => gone.has(id) || id.startsWith(slotPrefix(job))))
  usePictures.setState({ forming: ended(forming, ofJob) })
}

function addToHistory(generations: readonly Generation[]): void {
  useHistory.setState(({ rows, search, total }) => {
    if (search !== '') return {}
    const after = generations.reduce(withPicture, rows)
    return { rows: after, total: total + (after === rows ? 0 : generations.length) }
  })
}

/** More pictures than this at once are read again as pages. */
const FEW = 16

async function onHistory({ is, ids }: HistoryChange): Promise<void> {
  if (is === 'removed') {
    useHistory.setState(({ chosen }) => ({ chosen: chosen.filter((id) => !ids.includes(id)) }))
    useHistory.setState(({ rows, total }) => ({ rows: withoutPictures(rows, ids), total: Math.max(0, total - ids.length) }))
    const gone = new Set<string>(ids)
    useCanvas.setState((canvas) => without(canvas, (id) => gone.has(id)))
    return
  }
  const { made } = usePictures.getState()
  const wanted = is === 'changed' ? ids : ids.filter((id) => made[id] === undefined)
  // Without names it was another process.
  if (ids.length === 0 || useHistory.getState().search !== '' || wanted.length > FEW) return reloadHistory()
  const answer = await studio.call('history/some', { ids: wanted })
  if (answer.ok) rememberGenerations(answer.value)
  if (is === 'added') addToHistory(ids.flatMap((id) => usePictures.getState().made[id] ?? []))
}
