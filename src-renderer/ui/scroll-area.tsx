import { clsx } from 'clsx'
import { ScrollArea as Radix } from 'radix-ui'
import type { ReactNode, Ref } from 'react'

interface ScrollAreaProps {
  readonly orientation?: 'vertical' | 'horizontal'
  readonly className?: string
  /** The element that scrolls. */
  readonly viewport?: Ref<HTMLDivElement>
  readonly children: ReactNode
}

/** A part of the window that scrolls, with a thin bar that takes no room. */
export function ScrollArea({ orientation = 'vertical', className, viewport, children }: ScrollAreaProps) {
  const vertical = orientation === 'vertical'
  return (
    <Radix.Root type="hover" className={clsx('relative overflow-hidden', className)}>
      {/* Radix wraps the content in a table, which would grow with its widest line; a block keeps to the width. */}
      <Radix.Viewport ref={viewport} className={clsx('size-full', vertical && '[&>div]:block!')}>
        {children}
      </Radix.Viewport>
      <Radix.Scrollbar
        orientation={orientation}
        className={clsx('z-10 flex touch-none p-0.5', vertical ? 'w-2.5' : 'h-2.5 flex-col')}
      >
        <Radix.Thumb className="relative flex-1 rounded-full bg-edge" />
      </Radix.Scrollbar>
    </Radix.Root>
  )
}
