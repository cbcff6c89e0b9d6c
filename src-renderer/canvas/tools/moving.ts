import type { ScreenPoint } from '../kernels/geometry'
import { moved } from '../kernels/layout'
import type { Scene, Tool } from './tool'

/** The selected pictures follow the pointer until the button is released. */
export function moving({ placed, selection }: Scene, start: ScreenPoint, after: Tool): Tool {
  const ids = new Set(selection)
  const from = new Map(placed.map((item) => [item.id, item]))
  const tool: Tool = {
    cursor: 'move',
    move: (scene, { at }) => {
      const dx = Math.round((at.x - start.x) / scene.view.scale)
      const dy = Math.round((at.y - start.y) / scene.view.scale)
      // Pictures that came meanwhile stay where they are; those that went stay away.
      const still = scene.placed.map((item) => (ids.has(item.id) ? (from.get(item.id) ?? item) : item))
      return { tool, change: { placed: moved(still, ids, dx, dy) } }
    },
    up: () => ({ tool: after, before: placed }),
  }
  return tool
}
