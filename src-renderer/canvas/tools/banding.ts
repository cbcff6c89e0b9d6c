import { banded, rectBetween } from '../kernels/band'
import type { ScreenPoint } from '../kernels/geometry'
import type { Selection } from '../kernels/selection'
import { toCanvas } from '../kernels/viewport'
import type { Tool } from './tool'

/** A rubber band from where the button went down: what it touches is selected, after `before`. */
export function banding(start: ScreenPoint, before: Selection, after: Tool): Tool {
  const tool: Tool = {
    cursor: 'default',
    move: ({ placed, view }, { at }) => {
      const band = rectBetween(toCanvas(view, start), toCanvas(view, at))
      return { tool, change: { band, selection: banded(before, placed, band) } }
    },
    up: () => ({ tool: after, change: { band: undefined } }),
  }
  return tool
}
