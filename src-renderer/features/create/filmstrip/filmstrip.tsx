import type { Frame, Generation } from '#shared/schema/generation'
import { ToggleGroup } from 'radix-ui'
import { useEffect, useRef } from 'react'
import { primary } from '../../../canvas/kernels/selection'
import { useCanvas } from '../../../state/canvas'
import { framesOf, generationOf, usePictures } from '../../../state/pictures'
import { ScrollArea } from '../../../ui/scroll-area'
import { duration } from '../../../words/duration'
import { stepsCount } from '../../../words/steps'
import { time } from '../../../words/time'
import { ContinuePopover } from './continue-popover'
import { FilmFrame } from './film-frame'
import { useScrub } from './use-scrub'

/** How the selected picture came about: every state that was kept, from noise to the picture. */
export function Filmstrip() {
  const id = useCanvas((state) => primary(state.selection))
  const held = useCanvas((state) => (state.held?.id === id ? state.held?.index : undefined))
  const frames = usePictures((state) => framesOf(state, id))
  const made = usePictures((state) => generationOf(state, id))

  if (id === undefined) return <Hint>Select a picture to see how it formed.</Hint>
  if (frames.length === 0)
    return (
      <Hint>{made === undefined ? 'The steps appear here as the picture forms.' : 'No steps were kept of this picture.'}</Hint>
    )
  const hold = (value: string) => useCanvas.setState({ held: value === '' ? undefined : { id, index: Number(value) } })
  return <Strip key={id} hold={hold} held={held} frames={frames} made={made} />
}

interface StripProps {
  readonly frames: readonly Frame[]
  readonly held: number | undefined
  /** Takes a frame's index as text; empty text lets go. */
  readonly hold: (index: string) => void
  /** Undefined while the picture forms. */
  readonly made: Generation | undefined
}

function Strip({ frames, held, hold, made }: StripProps) {
  const strip = useRef<HTMLDivElement>(null)
  const place = frames.findIndex(({ index }) => index === held)
  const scrub = useScrub(frames.length, place < 0 ? undefined : place, (to) => hold(String(frames[to]?.index ?? '')))

  useEffect(() => {
    // The newest frame stays in sight while the picture forms.
    if (made === undefined) strip.current?.scrollTo({ left: strip.current.scrollWidth })
  }, [frames.length, made])

  useEffect(() => {
    strip.current?.querySelectorAll('[data-frame]')[place]?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [place])

  return (
    <section
      aria-label="Steps of the selected picture"
      className="flex h-18 items-center gap-3 border-t border-line bg-panel px-3"
    >
      <p className="shrink-0 text-label">
        <span className="block text-ink">{stepsCount(made?.recipe.steps ?? frames.length)}</span>
        <span className="text-faint">{made === undefined ? 'forming' : duration(made.tookMs)}</span>
      </p>
      <ScrollArea orientation="horizontal" className="h-full min-w-0 flex-1" viewport={strip}>
        <ToggleGroup.Root
          type="single"
          value={held === undefined ? '' : String(held)}
          onValueChange={hold}
          aria-label="Steps"
          className="flex h-18 w-max touch-none items-center gap-1 px-0.5 select-none"
          {...scrub}
        >
          <span className="pr-1 text-label text-faint">t {time(frames[0]?.t ?? 1)}</span>
          {frames.map((frame) => (
            <FilmFrame key={frame.index} frame={frame} held={frame.index === held} />
          ))}
          {made !== undefined && <span className="pl-1 text-label text-faint">{time(frames.at(-1)?.r ?? 0)}</span>}
        </ToggleGroup.Root>
      </ScrollArea>
      {made !== undefined && <ContinuePopover picture={made} index={held} />}
    </section>
  )
}

function Hint({ children }: { readonly children: string }) {
  return (
    <section aria-label="Steps of the selected picture" className="flex h-18 items-center border-t border-line bg-panel px-4">
      <p className="text-label text-faint">{children}</p>
    </section>
  )
}
