import { clsx } from 'clsx'
import type { CSSProperties } from 'react'
import type { Placed } from '../../../canvas/kernels/layout'
import { toScreen, type Viewport } from '../../../canvas/kernels/viewport'
import { useCanvas } from '../../../state/canvas'
import { usePictures } from '../../../state/pictures'
import type { Forming } from '../../../state/forming'
import { Progress } from '../../../ui/progress'

/** What is drawn over pictures in screen pixels, so that it is equally fine at every zoom: selection, progress, waiting. */
export function Marks() {
  const { placed, selection, view, gliding } = useCanvas()
  const forming = usePictures((state) => state.forming)
  return (
    <div className="pointer-events-none absolute inset-0" aria-hidden="true">
      {placed.map((item) => {
        const picture = forming[item.id as Forming['generation']]
        const waiting = item.id.includes('/')
        const selected = selection.includes(item.id)
        if (!selected && picture === undefined && !waiting) return null
        return (
          <div key={item.id} className="absolute top-0 left-0" style={onScreen(item, view, gliding)}>
            {selected && <div className="absolute -inset-[3px] rounded-[3px] border-2 border-accent" />}
            {(picture !== undefined || waiting) && <FormingMark forming={picture} selected={selected} />}
          </div>
        )
      })}
    </div>
  )
}

function FormingMark({ forming, selected }: { readonly forming: Forming | undefined; readonly selected: boolean }) {
  const share = forming === undefined || forming.of === 0 ? 0 : forming.done / forming.of
  return (
    <div className={clsx('absolute inset-x-0 top-full flex flex-col gap-0.5', selected ? 'mt-2' : 'mt-1')}>
      {forming !== undefined && <Progress name="Steps" share={share} className="rounded-full" />}
      <span className="truncate text-label text-muted">{words(forming)}</span>
    </div>
  )
}

function words(forming: Forming | undefined): string {
  if (forming === undefined) return 'waiting'
  return forming.of === 0 ? 'starting' : `${forming.done} of ${forming.of}`
}

function onScreen(item: Placed, view: Viewport, gliding: boolean): CSSProperties {
  const { x, y } = toScreen(view, item)
  return {
    transform: `translate(${Math.round(x)}px, ${Math.round(y)}px)`,
    width: item.width * view.scale,
    height: item.height * view.scale,
    transition: gliding ? 'transform 150ms ease-out, width 150ms ease-out, height 150ms ease-out' : 'none',
  }
}
