import type { CSSProperties } from 'react'
import type { CanvasRect } from '../../../canvas/kernels/geometry'
import { toScreen, type Viewport } from '../../../canvas/kernels/viewport'
import { useCanvas } from '../../../state/canvas'
import { usePictures } from '../../../state/pictures'
import type { Forming } from '../../../state/forming'
import { Progress } from '../../../ui/progress'

/** What is drawn over pictures in screen pixels, so that it is equally fine at every zoom: selection, progress, waiting. */
export function Marks() {
  const { placed, selection, view, gliding, band } = useCanvas()
  const forming = usePictures((state) => state.forming)
  const chosen = new Set(selection)
  return (
    <div className="pointer-events-none absolute inset-0" aria-hidden="true">
      {placed.map((item) => {
        const picture = forming[item.id as Forming['generation']]
        const waiting = item.id.includes('/')
        const selected = chosen.has(item.id)
        if (!selected && picture === undefined && !waiting) return null
        return (
          <div key={item.id} className="absolute top-0 left-0" style={onScreen(item, view, gliding)}>
            {selected && <div className="absolute -inset-[3px] rounded-[3px] border-2 border-accent" />}
            {(picture !== undefined || waiting) && <FormingMark forming={picture} />}
          </div>
        )
      })}
      {band !== undefined && (
        <div className="absolute top-0 left-0 border border-accent bg-accent/15" style={onScreen(band, view, false)} />
      )}
    </div>
  )
}

function FormingMark({ forming }: { readonly forming: Forming | undefined }) {
  if (forming === undefined)
    return <span className="absolute inset-0 grid place-content-center text-label text-muted">waiting</span>
  const share = forming.of === 0 ? 0 : forming.done / forming.of
  return (
    <>
      <span className="absolute bottom-1.5 left-1.5 rounded-[4px] bg-panel/85 px-1.5 text-label text-ink">{words(forming)}</span>
      <Progress name="Steps" share={share} className="absolute inset-x-0 bottom-0" />
    </>
  )
}

function words(forming: Forming): string {
  return forming.of === 0 ? 'starting' : `${forming.done} of ${forming.of}`
}

function onScreen(item: CanvasRect, view: Viewport, gliding: boolean): CSSProperties {
  const { x, y } = toScreen(view, item)
  return {
    transform: `translate(${Math.round(x)}px, ${Math.round(y)}px)`,
    width: item.width * view.scale,
    height: item.height * view.scale,
    transition: gliding ? 'transform 150ms ease-out, width 150ms ease-out, height 150ms ease-out' : 'none',
  }
}
