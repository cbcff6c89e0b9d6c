import { useRef, type DOMAttributes } from 'react'
import { frameAt, frameBeside } from './scrub'

/** Pixels after which a press is a drag. */
const DRAG_FROM = 4

/** Handlers for a row of frames: dragging along it and arrow keys hold one frame after the other. `hold` gets the place in the row. */
export function useScrub(
  count: number,
  held: number | undefined,
  hold: (place: number) => void,
): Pick<DOMAttributes<HTMLElement>, 'onPointerDown' | 'onPointerMove' | 'onPointerUp' | 'onClickCapture' | 'onKeyDown'> {
  const pressedAt = useRef<number>(undefined)
  const dragged = useRef(false)
  return {
    onPointerDown: (event) => {
      pressedAt.current = event.button === 0 ? event.clientX : undefined
      dragged.current = false
    },
    onPointerMove: (event) => {
      if (pressedAt.current === undefined || event.buttons % 2 === 0) return
      if (Math.abs(event.clientX - pressedAt.current) >= DRAG_FROM && !dragged.current) {
        dragged.current = true
        event.currentTarget.setPointerCapture(event.pointerId)
      }
      if (!dragged.current) return
      const spans = [...event.currentTarget.querySelectorAll('[data-frame]')].map((frame) => frame.getBoundingClientRect())
      const place = frameAt(spans, event.clientX)
      if (place !== undefined && place !== held) hold(place)
    },
    onPointerUp: () => {
      pressedAt.current = undefined
    },
    // The click that ends a drag is none: it would let go of what was found.
    onClickCapture: (event) => {
      if (dragged.current) event.stopPropagation()
      dragged.current = false
    },
    onKeyDown: (event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return
      const place = frameBeside(count, held, event.key === 'ArrowRight' ? 1 : -1)
      if (place !== undefined) hold(place)
    },
  }
}
