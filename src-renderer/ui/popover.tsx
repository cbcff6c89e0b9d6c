import { Popover as Radix } from 'radix-ui'
import type { ReactElement, ReactNode } from 'react'

interface PopoverProps {
  readonly trigger: ReactElement
  readonly name: string
  readonly open?: boolean
  readonly onOpenChange?: (open: boolean) => void
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
  readonly children: ReactNode
}

/** A small layer beside its trigger. */
export function Popover({ trigger, name, open, onOpenChange, side = 'bottom', children }: PopoverProps) {
  const controlled = open === undefined ? {} : { open }
  return (
    <Radix.Root {...controlled} {...(onOpenChange === undefined ? {} : { onOpenChange })}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={name}
          side={side}
          align="start"
          sideOffset={6}
          collisionPadding={8}
          className="floating z-40 p-1"
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
