import type { ReactNode } from 'react'

/** Settings that belong together. */
export function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-2.5">
      <h3 className="border-b border-line pb-1 text-label font-semibold text-muted">{title}</h3>
      {children}
    </section>
  )
}

/** One setting: its name, its control, and what is to be said about it. */
export function Line({
  label,
  note,
  children,
}: {
  readonly label: string
  readonly note?: ReactNode
  readonly children: ReactNode
}) {
  return (
    <div className="grid grid-cols-[minmax(7rem,10rem)_1fr] items-center gap-x-4 gap-y-1">
      <span>{label}</span>
      <div className="min-w-0" data-selectable>
        {children}
      </div>
      {note !== undefined && <p className="col-start-2 text-label text-muted">{note}</p>}
    </div>
  )
}
