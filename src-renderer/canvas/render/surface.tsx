import { useEffect, useRef, type PointerEvent, type ReactNode } from 'react'
import type { ScreenPoint, ScreenSize } from '../kernels/geometry'
import type { Placed } from '../kernels/layout'
import { wheelFactor, zoomAt } from '../kernels/viewport'
import { idle } from '../tools/idle'
import type { Pointer, Scene, Tool } from '../tools/tool'
import { useSpaceHeld } from './use-space-held'

interface SurfaceProps {
  /** The scene at this moment: events may come faster than the surface is drawn. */
  readonly scene: () => Scene
  readonly onChange: (change: Partial<Scene>) => void
  /** Something came to its end that can be taken back: the layout before it. */
  readonly onDone?: (before: readonly Placed[]) => void
  readonly onResize: (size: ScreenSize) => void
  readonly children: ReactNode
}

const BUTTONS: readonly Pointer['button'][] = ['main', 'middle', 'other']

/** The area that takes pointer and wheel: turns events into what the tools understand and hands their changes on. */
export function Surface({ scene, onChange, onDone, onResize, children }: SurfaceProps) {
  const element = useRef<HTMLDivElement>(null)
  const tool = useRef<Tool>(idle)
  const space = useSpaceHeld()

  const play = (kind: 'down' | 'move' | 'up') => (event: PointerEvent<HTMLDivElement>) => {
    const pointer: Pointer = {
      at: pointOf(event, event.currentTarget),
      button: BUTTONS[event.button] ?? 'other',
      add: event.shiftKey || event.ctrlKey || event.metaKey,
      space: space.current,
    }
    const outcome = tool.current[kind]?.(scene(), pointer)
    if (outcome === undefined) return
    if (kind === 'down' && outcome.tool !== idle) event.currentTarget.setPointerCapture(event.pointerId)
    tool.current = outcome.tool
    event.currentTarget.style.cursor = outcome.tool.cursor
    if (outcome.change !== undefined) onChange(outcome.change)
    if (outcome.before !== undefined) onDone?.(outcome.before)
  }

  useEffect(() => {
    const surface = element.current
    if (surface === null) return undefined
    const resized = new ResizeObserver(() => onResize({ width: surface.clientWidth, height: surface.clientHeight }))
    resized.observe(surface)
    // React listens to the wheel passively, and a passive listener cannot keep the page from zooming.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault()
      onChange({ view: zoomAt(scene().view, pointOf(event, surface), wheelFactor(event.deltaY, event.deltaMode)) })
    }
    surface.addEventListener('wheel', onWheel, { passive: false })
    return () => {
      resized.disconnect()
      surface.removeEventListener('wheel', onWheel)
    }
  }, [scene, onChange, onResize])

  return (
    <div
      ref={element}
      className="relative size-full touch-none overflow-hidden"
      onPointerDown={play('down')}
      onPointerMove={play('move')}
      onPointerUp={play('up')}
      onPointerCancel={play('up')}
    >
      {children}
    </div>
  )
}

function pointOf(event: { clientX: number; clientY: number }, surface: HTMLElement): ScreenPoint {
  const box = surface.getBoundingClientRect()
  return { x: event.clientX - box.left, y: event.clientY - box.top }
}
