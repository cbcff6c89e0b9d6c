import { X } from 'lucide-react'
import { Toast as Radix } from 'radix-ui'
import { Button } from './button'
import { IconButton } from './icon-button'

interface ToastProps {
  readonly text: string
  /** How long it stays, in milliseconds; it waits while the pointer is on it. */
  readonly duration: number
  readonly action?: { readonly title: string; readonly run: () => void } | undefined
  readonly onGone: () => void
}

/** A short message which goes by itself, with at most one action. */
export function Toast({ text, duration, action, onGone }: ToastProps) {
  return (
    <Radix.Root
      duration={duration}
      onOpenChange={(open) => !open && onGone()}
      className="floating flex items-center gap-3 py-1.5 pr-1.5 pl-3 text-body"
    >
      <Radix.Description>{text}</Radix.Description>
      {action !== undefined && (
        <Radix.Action asChild altText={action.title}>
          <Button onClick={action.run}>{action.title}</Button>
        </Radix.Action>
      )}
      <Radix.Close asChild>
        <IconButton icon={X} name="Close" side="top" />
      </Radix.Close>
    </Radix.Root>
  )
}

export const ToastProvider = Radix.Provider

/** Where toasts appear: above the lower edge, in the middle. */
export function ToastViewport() {
  return (
    <Radix.Viewport className="fixed bottom-24 left-1/2 z-50 flex w-max max-w-[92vw] -translate-x-1/2 flex-col items-center gap-2" />
  )
}
