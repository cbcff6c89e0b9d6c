import { clsx } from 'clsx'
import type { ComponentProps } from 'react'

const LOOKS = {
  /** The one primary action of a screen. */
  primary: 'bg-accent text-on-accent font-semibold hover:bg-accent-strong disabled:bg-raised disabled:text-faint',
  plain: 'bg-raised text-ink hover:bg-hover disabled:text-faint',
  quiet: 'text-muted hover:bg-raised hover:text-ink disabled:text-faint',
} as const

interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: keyof typeof LOOKS
}

/** A button with words on it. */
export function Button({ look = 'plain', className, ...props }: ButtonProps) {
  return (
    <button
      type="button"
      className={clsx(
        'inline-flex min-h-7 items-center justify-center gap-1.5 rounded-control px-2.5 py-1 text-label font-medium whitespace-nowrap',
        'transition-colors duration-100 disabled:cursor-default',
        LOOKS[look],
        className,
      )}
      {...props}
    />
  )
}
