import type { CanvasRect, ScreenPoint } from '../kernels/geometry'
import type { Placed } from '../kernels/layout'
import type { Selection } from '../kernels/selection'
import type { Viewport } from '../kernels/viewport'

/** What a tool sees of the canvas. */
export interface Scene {
  readonly view: Viewport
  readonly placed: readonly Placed[]
  readonly selection: Selection
  /** The rubber band, while one is drawn. */
  readonly band: CanvasRect | undefined
}

/** A pointer event in words of the canvas. */
export interface Pointer {
  readonly at: ScreenPoint
  readonly button: 'main' | 'middle' | 'other'
  /** Shift or Ctrl is held: the click adds to the selection. */
  readonly add: boolean
  /** Space is held: dragging moves the view. */
  readonly space: boolean
}

/** What an event changes of the scene, and which tool takes the next one. */
export interface Outcome {
  readonly tool: Tool
  readonly change?: Partial<Scene>
  /** The layout before what has just come to its end, so that it can be taken back. */
  readonly before?: readonly Placed[]
}

/** One state of an interaction. A tool that does not answer an event stays as it is. */
export interface Tool {
  readonly cursor: 'default' | 'grab' | 'grabbing' | 'move'
  readonly down?: (scene: Scene, pointer: Pointer) => Outcome
  readonly move?: (scene: Scene, pointer: Pointer) => Outcome
  readonly up?: (scene: Scene, pointer: Pointer) => Outcome
}
