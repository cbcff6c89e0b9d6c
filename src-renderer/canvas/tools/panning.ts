import type { ScreenPoint } from '../kernels/geometry'
import { panBy, type Viewport } from '../kernels/viewport'
import type { Tool } from './tool'

/** The view follows the pointer until the button is released. */
export function panning(view: Viewport, start: ScreenPoint, after: Tool): Tool {
  const tool: Tool = {
    cursor: 'grabbing',
    move: (_, { at }) => ({ tool, change: { view: panBy(view, at.x - start.x, at.y - start.y) } }),
    up: () => ({ tool: after }),
  }
  return tool
}
