import type { LucideIcon } from 'lucide-react'
import { DropdownMenu as Radix } from 'radix-ui'
import { Fragment } from 'react'
import type { MenuItem } from './context-menu'
import { IconButton } from './icon-button'

interface MenuProps {
  readonly name: string
  readonly icon: LucideIcon
  /** Items in groups, parted by lines. */
  readonly groups: readonly (readonly MenuItem[])[]
}

/** A button that opens a menu. */
export function Menu({ name, icon, groups }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>
        <IconButton icon={icon} name={name} />
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content align="end" sideOffset={4} collisionPadding={8} className="floating z-50 min-w-44 p-1">
          {groups.map((items, i) => (
            <Fragment key={items[0]?.title}>
              {i > 0 && <Radix.Separator className="my-1 h-px bg-line" />}
              {items.map(({ title, icon: Icon, disabled, run }) => (
                <Radix.Item
                  key={title}
                  disabled={disabled ?? false}
                  onSelect={run}
                  className="flex min-h-7 cursor-default items-center gap-2 rounded-[4px] px-2 py-1 outline-none data-disabled:text-faint data-highlighted:bg-hover"
                >
                  <Icon className="size-4 text-muted" aria-hidden="true" />
                  {title}
                </Radix.Item>
              ))}
            </Fragment>
          ))}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
