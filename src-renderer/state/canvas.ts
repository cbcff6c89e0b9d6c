import { create } from 'zustand'
import type { Pair } from '../canvas/kernels/compare'
import { bounds, encloses, type CanvasRect, type ScreenSize } from '../canvas/kernels/geometry'
import type { Placed } from '../canvas/kernels/layout'
import type { Selection } from '../canvas/kernels/selection'
import { emptyStack, recorded, stepBetween, type LayoutStep, type UndoStack } from '../canvas/kernels/undo'
import { fit, initialViewport, visibleArea, type Viewport } from '../canvas/kernels/viewport'

/** A state of a trajectory that is shown in place of its finished picture. */
export interface HeldFrame {
  readonly id: string
  readonly index: number
}

interface CanvasState {
  readonly placed: readonly Placed[]
  readonly selection: Selection
  /** Jobs that have got their places. */
  readonly jobs: readonly string[]
  readonly view: Viewport
  /** The place that the studio selected itself. */
  readonly following: string | undefined
  /** True while the view moves by itself, so that it is shown moving. */
  readonly gliding: boolean
  /** What the view was fitted to, until it is moved by hand: it stays fitted when the surface changes its size. */
  readonly fitted: readonly string[] | undefined
  readonly surface: ScreenSize
  readonly held: HeldFrame | undefined
  /** The rubber band, while one is drawn. */
  readonly band: CanvasRect | undefined
  /** Two pictures that are compared over the whole surface. */
  readonly compared: Pair | undefined
  /** What was done to the layout and can be taken back. */
  readonly undo: UndoStack
  /** Whether the pictures of the last time are on their way. */
  readonly restoring: boolean
}

/** Screen pixels around pictures that are fitted. */
const FIT_MARGIN = 40

export const useCanvas = create<CanvasState>()(() => ({
  placed: [],
  selection: [],
  jobs: [],
  following: undefined,
  view: initialViewport,
  gliding: false,
  fitted: undefined,
  surface: { width: 1, height: 1 },
  held: undefined,
  band: undefined,
  compared: undefined,
  undo: emptyStack,
  restoring: false,
}))

/** Moves the view so that these places (undefined: all) fill it. */
export function fitPlaces(ids?: readonly string[]): void {
  useCanvas.setState(({ placed, surface, view }) => {
    const fitted = ids ?? placed.map((item) => item.id)
    const area = bounds<'canvas'>(placed.filter((item) => fitted.includes(item.id)))
    return area === undefined ? { view } : { view: fit(area, surface, FIT_MARGIN), gliding: true, fitted }
  })
}

/** Moves the view so that all of these fill it. */
export function fitAreas(areas: readonly CanvasRect[]): void {
  useCanvas.setState(({ surface, view }) => {
    const area = bounds<'canvas'>(areas)
    return area === undefined ? { view } : { view: fit(area, surface, FIT_MARGIN), gliding: true, fitted: undefined }
  })
}

/** The surface has another size: what was fitted is fitted again, and anything else keeps its place. */
export function resizeSurface(surface: ScreenSize): void {
  const { fitted } = useCanvas.getState()
  useCanvas.setState({ surface })
  if (fitted === undefined) return
  fitPlaces(fitted)
  useCanvas.setState({ gliding: false })
}

/** Moves the view to these places unless all of them are in sight and not tiny. */
export function revealPlaces(ids: readonly string[]): void {
  const { placed, surface, view } = useCanvas.getState()
  const area = bounds<'canvas'>(placed.filter((item) => ids.includes(item.id)))
  if (area === undefined) return
  const seen = encloses<'canvas'>(visibleArea(view, surface), area)
  const large = Math.max(area.width * view.scale, area.height * view.scale) > 0.25 * Math.min(surface.width, surface.height)
  if (!seen || !large) fitPlaces(ids)
}

/** Keeps what became of the layout since `before`, so that it can be taken back. */
export function rememberChange(before: readonly Placed[]): void {
  const step = stepBetween(before, useCanvas.getState().placed)
  if (step !== undefined) rememberStep(step)
}

export function rememberStep(step: LayoutStep): void {
  useCanvas.setState(({ undo }) => ({ undo: recorded(undo, step) }))
}
