import type { DraftStart } from '#shared/schema/settings'
import { extended } from '#shared/schema/start-place'
import type { CanvasRect } from '../canvas/kernels/geometry'

/** The name of the frame among the places of the canvas, where pictures are laid around it. */
export const START_FRAME = 'start-frame'

/** The frame on the canvas: the picture to start from with what is added around it. */
export function frameOf({ picture, extension, at }: Pick<DraftStart, 'picture' | 'extension' | 'at'>): CanvasRect {
  return { x: at.x - extension.left, y: at.y - extension.top, ...extended(picture, extension) }
}
