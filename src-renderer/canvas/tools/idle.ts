import { pictureAt } from '../kernels/hit'
import { clicked } from '../kernels/selection'
import { toCanvas } from '../kernels/viewport'
import { banding } from './banding'
import { panning } from './panning'
import { pressing } from './pressing'
import type { Tool } from './tool'

/** Nothing is pressed. The main button selects or moves pictures, on empty canvas it draws a rubber band; with Space, or the middle button, the view moves. */
export const idle: Tool = {
  cursor: 'default',
  down: (scene, pointer) => {
    const drags = pointer.button === 'middle' || (pointer.button === 'main' && pointer.space)
    const hit = drags ? undefined : pictureAt(scene.placed, toCanvas(scene.view, pointer.at))
    if (pointer.button === 'other') {
      // The right button opens a menu: it acts on what it was pressed on, unless that is part of the selection.
      const acts = hit === undefined || scene.selection.includes(hit.id)
      return acts ? { tool: idle } : { tool: idle, change: { selection: [hit.id] } }
    }
    if (hit !== undefined) return pressing(scene, pointer, hit.id, idle)
    if (drags) return { tool: panning(scene.view, pointer.at, idle) }
    const selection = clicked(scene.selection, undefined, pointer.add)
    return { tool: banding(pointer.at, selection, idle), change: { selection } }
  },
}
