import { clsx } from 'clsx'
import type { LucideIcon } from 'lucide-react'
import type { ComponentProps } from 'react'
import { Tooltip } from './tooltip'

interface IconButtonProps extends Omit<ComponentProps<'button'>, 'aria-label' | 'title'> {
  readonly icon: LucideIcon
  /** What it does: its accessible name and its tooltip. */
  readonly name: string
  readonly shortcut?: string | undefined
  /** For buttons that stay down: whether it is. */
  readonly pressed?: boolean
  readonly filled?: boolean
  readonly side?: 'top' | 'right' | 'bottom' | 'left'
}

/** A button that is an icon; never without a name and a tooltip. */
export function IconButton({ icon: Icon, name, shortcut, pressed, filled, side, className, ...props }: IconButtonProps) {
  return (
    <Tooltip text={name} shortcut={shortcut} side={side ?? 'bottom'}>
      <button
        type="button"
        aria-label={name}
        aria-pressed={pressed}
        className={clsx(
          'inline-flex size-7 shrink-0 items-center justify-center rounded-control transition-colors duration-100',
          'hover:bg-raised hover:text-ink disabled:cursor-default disabled:text-faint disabled:hover:bg-transparent',
          pressed === true ? 'text-ink' : 'text-muted',
          className,
        )}
        {...props}
      >
        <Icon className="size-4" fill={filled === true ? 'currentColor' : 'none'} aria-hidden="true" />
      </button>
    </Tooltip>
  )
}
