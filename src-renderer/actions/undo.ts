import { GenerationId } from '#shared/schema/id'
import { redone, undone, withStep, type LayoutStep } from '../canvas/kernels/undo'
import { studio } from '../ipc/client'
import { revealPlaces, useCanvas } from '../state/canvas'
import { showProblem } from '../state/problems'
import { keepOnly } from '../canvas/kernels/selection'

/** Takes back what was done to the canvas last; a picture that was deleted comes back with its place. */
export async function undo(): Promise<void> {
  const taken = undone(useCanvas.getState().undo)
  if (taken === undefined) return
  useCanvas.setState({ undo: taken.stack })
  if (!(await setDeleted(taken.step, false))) return
  show(taken.step, 'back')
}

/** Does again what was taken back. */
export async function redo(): Promise<void> {
  const taken = redone(useCanvas.getState().undo)
  if (taken === undefined) return
  useCanvas.setState({ undo: taken.stack })
  if (!(await setDeleted(taken.step, true))) return
  show(taken.step, 'again')
}

/** Takes one step back whatever was done after it. */
export async function undoStep(step: LayoutStep): Promise<void> {
  const { past } = useCanvas.getState().undo
  if (!past.includes(step)) return
  useCanvas.setState(({ undo: stack }) => ({ undo: { ...stack, past: stack.past.filter((one) => one !== step) } }))
  if (await setDeleted(step, false)) show(step, 'back')
}

/** Deletes or brings back the pictures that a step deleted; false where that failed, which is shown. */
async function setDeleted({ deleted = [] }: LayoutStep, gone: boolean): Promise<boolean> {
  const ids = deleted.flatMap((id) => GenerationId.safeParse(id).data ?? [])
  if (ids.length === 0) return true
  const answer = await studio.call(gone ? 'history/delete' : 'history/restore', { ids })
  if (!answer.ok) showProblem('stage', answer.failure)
  return answer.ok
}

/** Lays the canvas out as a step had it, and selects what it moved. */
function show(step: LayoutStep, way: 'back' | 'again'): void {
  useCanvas.setState((canvas) => {
    const placed = withStep(canvas.placed, step, way)
    const there = new Set(placed.map(({ id }) => id))
    const touched = step.places.flatMap(({ id }) => (there.has(id) ? [id] : []))
    return {
      placed,
      selection: touched.length > 0 ? touched : keepOnly(canvas.selection, there),
      held: undefined,
      compared: undefined,
    }
  })
  revealPlaces(useCanvas.getState().selection)
}
