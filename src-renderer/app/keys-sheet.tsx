import type { ReactNode } from 'react'
import { command, commandGroups, commandIds, gestures } from '../commands/table'
import { useWindow } from '../state/window'
import { Dialog } from '../ui/dialog'
import { Keys } from '../ui/keys'

/** All keys on one sheet. */
export function KeysSheet() {
  const open = useWindow((state) => state.dialog === 'keys')
  const close = () => useWindow.setState({ dialog: undefined })
  return (
    <Dialog title="All keys" open={open} onOpenChange={(next) => !next && close()} className="w-180">
      <div className="columns-1 gap-8 overflow-y-auto p-4 sm:columns-2" tabIndex={0}>
        {commandGroups.map((group) => (
          <Group key={group} title={group}>
            {commandIds
              .filter((id) => command(id).group === group && command(id).keys.length > 0)
              .map((id) => (
                <Line key={id} title={command(id).title}>
                  {command(id).keys.map((shortcut) => (
                    <Keys key={shortcut} shortcut={shortcut} />
                  ))}
                </Line>
              ))}
          </Group>
        ))}
        <Group title="Pointer">
          {gestures.map(({ title, how }) => (
            <Line key={title} title={title}>
              <span className="text-label text-muted">{how}</span>
            </Line>
          ))}
        </Group>
      </div>
    </Dialog>
  )
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="mb-4 break-inside-avoid">
      <h3 className="mb-1 text-label font-semibold text-muted">{title}</h3>
      <dl>{children}</dl>
    </section>
  )
}

function Line({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <div className="flex min-h-7 items-center justify-between gap-4">
      <dt>{title}</dt>
      <dd className="flex shrink-0 gap-2">{children}</dd>
    </div>
  )
}
