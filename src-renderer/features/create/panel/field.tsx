import { clsx } from 'clsx'
import type { ReactNode } from 'react'
import type { Place } from '../../../state/place-of'
import { Problem } from '../problem'

interface FieldProps {
  readonly label: string
  /** What stands at the right of the label: a value or a small control. */
  readonly aside?: ReactNode
  /** One line under the control. */
  readonly note?: ReactNode
  /** Failures that concern this field are shown under it. */
  readonly place?: Place
  /** Label and control share a line. */
  readonly inline?: boolean
  readonly children: ReactNode
}

/** One setting of the panel: label, control, a line about it, and what is wrong with it. */
export function Field({ label, aside, note, place, inline = false, children }: FieldProps) {
  return (
    <section aria-label={label} className="flex flex-col gap-1">
      <div className="flex min-h-7 items-center justify-between gap-2">
        <h2 className={clsx('text-label text-muted', inline && 'w-11 shrink-0')}>{label}</h2>
        {inline ? <div className="min-w-0 flex-1">{children}</div> : aside}
      </div>
      {!inline && children}
      {note !== undefined && note !== '' && <p className="text-label text-faint">{note}</p>}
      {place !== undefined && <Problem place={place} className="mt-1" />}
    </section>
  )
}
