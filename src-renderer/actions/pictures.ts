import type { Generation } from '#shared/schema/generation'
import type { GenerationId } from '#shared/schema/id'
import type { Placed } from '../canvas/kernels/layout'
import { placeBelow } from '../canvas/kernels/layout'
import { studio } from '../ipc/client'
import { revealPlaces, useCanvas } from '../state/canvas'
import { generationOf, rememberGenerations, usePictures } from '../state/pictures'
import { showProblem } from '../state/problems'
import { without } from '../state/slots'
import { dropToast, showToast } from '../state/window'

/** How long the undo of a delete is offered by a toast; the undo key works for longer. */
const UNDO_MS = 10_000

interface Deleted {
  readonly ids: readonly GenerationId[]
  readonly places: readonly Placed[]
  readonly toast: number
}

const deleted: Deleted[] = []

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

/** Takes pictures off the canvas; the history keeps them. */
export function takeOff(ids: readonly string[]): void {
  const gone = new Set(ids)
  useCanvas.setState((canvas) => without(canvas, (id) => gone.has(id)))
  // What is selected in their place comes into sight.
  revealPlaces(useCanvas.getState().selection)
}

/** Deletes pictures; a toast offers to undo it. */
export async function remove(ids: readonly GenerationId[]): Promise<void> {
  if (ids.length === 0) return
  const gone = new Set<string>(ids)
  const places = useCanvas.getState().placed.filter((item) => gone.has(item.id))
  const answer = await studio.call('history/delete', { ids: [...ids] })
  if (!answer.ok) return showProblem('stage', answer.failure)
  takeOff(ids)
  const text = ids.length === 1 ? 'Picture deleted.' : `${ids.length} pictures deleted.`
  const toast = showToast(text, UNDO_MS, { title: 'Undo', run: () => void undoDelete() })
  deleted.push({ ids, places, toast })
}

/** Brings back what was deleted last, in its place. */
export async function undoDelete(): Promise<void> {
  const last = deleted.pop()
  if (last === undefined) return
  dropToast(last.toast)
  const answer = await studio.call('history/restore', { ids: [...last.ids] })
  if (!answer.ok) return showProblem('stage', answer.failure)
  useCanvas.setState(({ placed, selection }) => {
    const there = new Set(placed.map((item) => item.id))
    const back = last.places.filter((item) => !there.has(item.id))
    return { placed: [...placed, ...back], selection: back.length > 0 ? back.map((item) => item.id) : selection }
  })
  revealPlaces(useCanvas.getState().selection)
}
