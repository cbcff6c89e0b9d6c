import { useEffect, useRef, type DOMAttributes, type RefObject } from 'react'
import { dividerAt } from '../../../canvas/kernels/compare'
import type { CanvasRect } from '../../../canvas/kernels/geometry'
import { panBy, wheelFactor, zoomAt, type Viewport } from '../../../canvas/kernels/viewport'
import { useSpaceHeld } from '../../../canvas/render/use-space-held'

interface DividerOptions {
  readonly area: RefObject<HTMLElement | null>
  readonly view: Viewport
  readonly frame: CanvasRect
  readonly setView: (view: Viewport) => void
  readonly setDivider: (divider: number) => void
}

/** Handlers of a comparison: dragging moves the divider, Space or the middle button the view, the wheel zooms at the pointer. */
export function useDivider({
  area,
  view,
  frame,
  setView,
  setDivider,
}: DividerOptions): Pick<DOMAttributes<HTMLElement>, 'onPointerDown' | 'onPointerMove' | 'onPointerUp'> {
  const space = useSpaceHeld()
  const dragging = useRef<'divider' | 'view'>(undefined)
  const left = () => area.current?.getBoundingClientRect().left ?? 0

  useEffect(() => {
    const element = area.current
    if (element === null) return undefined
    // React listens to the wheel passively, and a passive listener cannot keep the page from zooming.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      const box = element.getBoundingClientRect()
      const at = { x: event.clientX - box.left, y: event.clientY - box.top }
      setView(zoomAt(view, at, wheelFactor(event.deltaY, event.deltaMode)))
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [area, view, setView])

  return {
    onPointerDown: (event) => {
      if (event.button > 1) return
      dragging.current = event.button === 1 || space.current ? 'view' : 'divider'
      event.currentTarget.setPointerCapture(event.pointerId)
      if (dragging.current === 'divider') setDivider(dividerAt(view, frame, event.clientX - left()))
    },
    onPointerMove: (event) => {
      if (dragging.current === 'view') setView(panBy(view, event.movementX, event.movementY))
      else if (dragging.current === 'divider') setDivider(dividerAt(view, frame, event.clientX - left()))
    },
    onPointerUp: () => {
      dragging.current = undefined
    },
  }
}
