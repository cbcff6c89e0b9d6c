import type { Frame } from '#shared/schema/generation'
import { imageUrl } from '#shared/schema/id'
import { clsx } from 'clsx'
import { ToggleGroup } from 'radix-ui'
import { Tooltip } from '../../../ui/tooltip'
import { duration } from '../../../words/duration'
import { time } from '../../../words/time'

/** One state of the trajectory: hovering tells its times, clicking holds it on the canvas. */
export function FilmFrame({ frame, held }: { readonly frame: Frame; readonly held: boolean }) {
  const { index, t, r, ms, image } = frame
  return (
    <Tooltip side="top" text={<FrameFacts frame={frame} />}>
      <ToggleGroup.Item
        value={String(index)}
        data-frame
        aria-label={`Step ${index + 1}: t ${time(t)} to ${time(r)}, ${duration(ms)}`}
        className={clsx(
          'relative h-14 shrink-0 overflow-hidden rounded-[4px] border-2',
          held ? 'border-accent' : 'border-transparent hover:border-edge',
        )}
      >
        <img src={imageUrl(image)} alt="" draggable={false} decoding="async" className="h-full w-auto" />
      </ToggleGroup.Item>
    </Tooltip>
  )
}

function FrameFacts({ frame: { index, t, r, ms } }: { readonly frame: Frame }) {
  return (
    <span className="flex gap-3">
      <span className="font-medium">Step {index + 1}</span>
      <span>
        t {time(t)} → {time(r)}
      </span>
      <span>Δt {time(t - r)}</span>
      <span className="text-muted">{duration(ms)}</span>
    </span>
  )
}
