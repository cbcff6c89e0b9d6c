import type { Bitmap } from '#shared/mask/bitmap'
import { create } from 'zustand'
import type { MaskArea, MaskPatch } from '../canvas/kernels/mask'

export type MaskTool = 'brush' | 'eraser'

interface MaskState {
  /** What the pointer does on the picture to start from; undefined: nothing. */
  readonly tool: MaskTool | undefined
  /** Diameter of brush and eraser, in pixels of the picture. */
  readonly size: number
  /** The mask of the picture of this hash. Its pixels change in place: `changed` tells which did, by a new object each time. */
  readonly of: string | undefined
  readonly mask: Bitmap | undefined
  readonly changed: MaskArea | undefined
  /** Strokes that can be taken back, and those that were, the newest last. */
  readonly done: readonly MaskPatch[]
  readonly undone: readonly MaskPatch[]
}

const NO_MASK = { of: undefined, mask: undefined, changed: undefined, done: [], undone: [] }

export const useMask = create<MaskState>()(() => ({ tool: undefined, size: 48, ...NO_MASK }))

/** Forgets the mask, as another picture or none is started from. */
export function forgetMask(): void {
  useMask.setState(NO_MASK)
}
