import type { Placed } from './layout'

/** Changes that can be taken back. */
export const MOST_STEPS = 100

/** One change of the layout: each place that changed, before and after; undefined where there was none. */
export interface LayoutStep {
  readonly places: readonly { readonly id: string; readonly before?: Placed; readonly after?: Placed }[]
  /** Pictures that were deleted with it, and come back when it is undone. */
  readonly deleted?: readonly string[]
}

/** What can be taken back, newest last, and what was taken back and can be done again, newest last. */
export interface UndoStack {
  readonly past: readonly LayoutStep[]
  readonly future: readonly LayoutStep[]
}

export const emptyStack: UndoStack = { past: [], future: [] }

/** What changed between two layouts; undefined when nothing did. */
export function stepBetween(before: readonly Placed[], after: readonly Placed[]): LayoutStep | undefined {
  const [was, is] = [before, after].map((placed) => new Map(placed.map((item) => [item.id, item])))
  const ids = new Set([...before, ...after].map(({ id }) => id))
  const places = [...ids].flatMap((id) => {
    const [from, to] = [was?.get(id), is?.get(id)]
    if (from === to || (from !== undefined && to !== undefined && from.x === to.x && from.y === to.y)) return []
    return [{ id, ...(from && { before: from }), ...(to && { after: to }) }]
  })
  return places.length === 0 ? undefined : { places }
}

/** The stack after something was done: what was taken back before can no longer be done again. */
export function recorded(stack: UndoStack, step: LayoutStep): UndoStack {
  return { past: [...stack.past, step].slice(-MOST_STEPS), future: [] }
}

/** Takes the newest step back; undefined when there is none. */
export function undone({ past, future }: UndoStack): { readonly stack: UndoStack; readonly step: LayoutStep } | undefined {
  const step = past.at(-1)
  return step && { step, stack: { past: past.slice(0, -1), future: [...future, step] } }
}

/** Does again what was taken back last; undefined when there is nothing. */
export function redone({ past, future }: UndoStack): { readonly stack: UndoStack; readonly step: LayoutStep } | undefined {
  const step = future.at(-1)
  return step && { step, stack: { past: [...past, step], future: future.slice(0, -1) } }
}

/** The layout with a step taken back or done again. Pictures that the step does not know stay as they are. */
export function withStep(placed: readonly Placed[], step: LayoutStep, way: 'back' | 'again'): Placed[] {
  const target = new Map(step.places.map(({ id, before, after }) => [id, way === 'back' ? before : after]))
  const there = new Set(placed.map(({ id }) => id))
  const stay = placed.flatMap((item) => {
    if (!target.has(item.id)) return [item]
    const to = target.get(item.id)
    return to === undefined ? [] : [to]
  })
  return [...stay, ...[...target].flatMap(([id, to]) => (to === undefined || there.has(id) ? [] : [to]))]
}

/** The stack after a place got another name. */
export function renamedIn(stack: UndoStack, from: string, to: string): UndoStack {
  const named = (item: Placed): Placed => ({ ...item, id: to })
  const step = (one: LayoutStep): LayoutStep =>
    one.places.some(({ id }) => id === from)
      ? {
          ...one,
          places: one.places.map((place) => {
            if (place.id !== from) return place
            return {
              id: to,
              ...(place.before && { before: named(place.before) }),
              ...(place.after && { after: named(place.after) }),
            }
          }),
        }
      : one
  return { past: stack.past.map(step), future: stack.future.map(step) }
}
