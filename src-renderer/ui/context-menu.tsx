import type { LucideIcon } from 'lucide-react'
import { ContextMenu as Radix } from 'radix-ui'
import { Fragment, type ReactElement } from 'react'
import { Keys } from './keys'

export interface MenuItem {
  readonly title: string
  readonly icon: LucideIcon
  readonly shortcut?: string | undefined
  readonly disabled?: boolean
  readonly run: () => void
}

interface ContextMenuProps {
  readonly name: string
  /** Items in groups, parted by lines. */
  readonly groups: readonly (readonly MenuItem[])[]
  readonly onOpen?: () => void
  readonly children: ReactElement
}

/** The menu of the right mouse button (or the menu key) on `children`. */
export function ContextMenu({ name, groups, onOpen, children }: ContextMenuProps) {
  return (
    <Radix.Root modal={false} onOpenChange={(open) => open && onOpen?.()}>
      <Radix.Trigger asChild>{children}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content aria-label={name} collisionPadding={8} className="floating z-50 min-w-48 p-1">
          {groups.map((items, i) => (
            <Fragment key={items[0]?.title}>
              {i > 0 && <Radix.Separator className="my-1 h-px bg-line" />}
              {items.map((item) => (
                <Item key={item.title} item={item} />
              ))}
            </Fragment>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function Item({ item: { title, icon: Icon, shortcut, disabled, run } }: { readonly item: MenuItem }) {
  return (
    <Radix.Item
      disabled={disabled ?? false}
      onSelect={run}
      className="flex min-h-7 cursor-default items-center gap-2 rounded-[4px] px-2 py-1 outline-none data-disabled:text-faint data-highlighted:bg-hover"
    >
      <Icon className="size-4 text-muted" aria-hidden="true" />
      {title}
      {shortcut !== undefined && (
        <span className="ml-auto pl-6">
          <Keys shortcut={shortcut} />
        </span>
      )}
    </Radix.Item>
  )
}
