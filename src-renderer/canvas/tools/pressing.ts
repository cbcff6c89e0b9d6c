import { clicked } from '../kernels/selection'
import { moving } from './moving'
import type { Outcome, Pointer, Scene, Tool } from './tool'

/** Screen pixels after which a press is a drag. */
const DRAG_FROM = 4

/** The main button is down on a picture: released there it was a click, moved away it becomes a drag. */
export function pressing(scene: Scene, pressed: Pointer, id: string, after: Tool): Outcome {
  const selected = scene.selection.includes(id)
  const tool: Tool = {
    cursor: 'default',
    move: (now, pointer) => {
      const far = Math.hypot(pointer.at.x - pressed.at.x, pointer.at.y - pressed.at.y) >= DRAG_FROM
      if (!far) return { tool }
      const mover = moving(now, pressed.at, after)
      return mover.move === undefined ? { tool: mover } : mover.move(now, pointer)
    },
    // Releasing on one of several selected pictures selects it alone; with the modifier it leaves the selection.
    up: (now) => ({ tool: after, ...(selected ? { change: { selection: clicked(now.selection, id, pressed.add) } } : {}) }),
  }
  return selected ? { tool } : { tool, change: { selection: clicked(scene.selection, id, pressed.add) } }
}
