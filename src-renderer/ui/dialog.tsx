import { clsx } from 'clsx'
import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './icon-button'

interface DialogProps {
  readonly title: string
  readonly open: boolean
  readonly onOpenChange: (open: boolean) => void
  /** No title line: the title is for screen readers alone, and Escape closes. */
  readonly bare?: boolean
  readonly className?: string
  readonly children: ReactNode
}

/** A layer that waits for an answer or is closed with Escape. */
export function Dialog({ title, open, onOpenChange, bare = false, className, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 animate-appear bg-[rgb(0_0_0/0.45)]" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => !bare && focusWhole(event)}
          className={clsx(
            'floating fixed outline-none top-[12vh] left-1/2 z-40 flex max-h-[76vh] max-w-[92vw] -translate-x-1/2 flex-col',
            className,
          )}
        >
          {bare ? <Radix.Title className="sr-only">{title}</Radix.Title> : <TitleLine title={title} />}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

/** Focus on the layer itself: on its first button it would open a tooltip over what is to be read. */
function focusWhole(event: Event): void {
  event.preventDefault()
  if (event.target instanceof HTMLElement) event.target.focus()
}

function TitleLine({ title }: { readonly title: string }) {
  return (
    <div className="flex items-center justify-between border-b border-line py-1.5 pr-1.5 pl-4">
      <Radix.Title className="text-body font-semibold">{title}</Radix.Title>
      <Radix.Close asChild>
        <IconButton icon={X} name="Close" shortcut="Escape" />
      </Radix.Close>
    </div>
  )
}
