import type { Generation } from '#shared/schema/generation'
import type { GenerationId } from '#shared/schema/id'
import { placeBelow } from '../canvas/kernels/layout'
import { studio } from '../ipc/client'
import { rememberChange, rememberStep, revealPlaces, useCanvas } from '../state/canvas'
import { generationOf, rememberGenerations, usePictures } from '../state/pictures'
import { showProblem } from '../state/problems'
import { without } from '../state/slots'
import { showToast } from '../state/window'
import { undoStep } from './undo'

/** How long the undo of a delete is offered by a toast; the undo key works for longer. */
const UNDO_MS = 10_000

/** Most pictures that one question asks for. */
const AT_ONCE = 200

/** The pictures of these ids, asked for where this window has not seen them; those that are gone are left out. */
export async function generations(ids: readonly GenerationId[]): Promise<Generation[]> {
  const unknown = ids.filter((id) => generationOf(usePictures.getState(), id) === undefined)
  for (let from = 0; from < unknown.length; from += AT_ONCE) {
    const answer = await studio.call('history/some', { ids: unknown.slice(from, from + AT_ONCE) })
    if (answer.ok) rememberGenerations(answer.value)
    else showProblem('history', answer.failure)
  }
  return ids.flatMap((id) => generationOf(usePictures.getState(), id) ?? [])
}

/** Does something with a picture once it is known. */
export async function withGeneration(id: GenerationId, then: (picture: Generation) => void): Promise<void> {
  const [picture] = await generations([id])
  if (picture !== undefined) then(picture)
}

/** Selects a picture on the canvas, placing it there if it is not, and brings it into sight. */
export function showOnCanvas({ id, recipe }: Generation): void {
  useCanvas.setState((canvas) => {
    const there = canvas.placed.some((item) => item.id === id)
    const aspect = canvas.surface.width / Math.max(1, canvas.surface.height)
    const placed = there ? canvas.placed : [...canvas.placed, ...placeBelow(canvas.placed, [id], recipe, aspect)]
    return { placed, selection: [id], held: undefined }
  })
  revealPlaces([id])
}

export async function star(id: GenerationId): Promise<void> {
  const before = usePictures.getState().made[id]
  if (before === undefined) return
  const answer = await studio.call('history/star', { id, starred: !before.starred })
  if (answer.ok) rememberGenerations([answer.value])
  else showProblem('stage', answer.failure)
}

/** Stars pictures, or takes the stars away where all have one. */
export async function starAll(ids: readonly GenerationId[]): Promise<void> {
  const pictures = await generations(ids)
  const starred = !pictures.every((picture) => picture.starred)
  for (const { id } of pictures.filter((picture) => picture.starred !== starred)) await star(id)
}

/** Takes pictures off the canvas; the history keeps them. */
export function takeOff(ids: readonly string[]): void {
  const before = useCanvas.getState().placed
  withoutPlaces(ids)
  rememberChange(before)
}

function withoutPlaces(ids: readonly string[]): void {
  const gone = new Set(ids)
  useCanvas.setState((canvas) => without(canvas, (id) => gone.has(id)))
  // What is selected in their place comes into sight.
  revealPlaces(useCanvas.getState().selection)
}

/** Deletes pictures; a toast offers to undo it. */
export async function remove(ids: readonly GenerationId[]): Promise<void> {
  if (ids.length === 0) return
  // Main's news may take them off before its answer comes.
  const before = useCanvas.getState().placed
  const answer = await studio.call('history/delete', { ids: [...ids] })
  if (!answer.ok) return showProblem('stage', answer.failure)
  withoutPlaces(ids)
  const gone = new Set<string>(ids)
  const step = {
    places: before.flatMap((place) => (gone.has(place.id) ? [{ id: place.id, before: place }] : [])),
    deleted: ids,
  }
  rememberStep(step)
  const text = ids.length === 1 ? 'Picture deleted.' : `${ids.length} pictures deleted.`
  showToast(text, UNDO_MS, { title: 'Undo', run: () => void undoStep(step) })
}
