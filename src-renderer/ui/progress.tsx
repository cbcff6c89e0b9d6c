import { clsx } from 'clsx'
import { Progress as Radix } from 'radix-ui'

interface ProgressProps {
  readonly name: string
  /** 0…1. */
  readonly share: number
  readonly className?: string
}

/** How far something is, as a thin line. */
export function Progress({ name, share, className }: ProgressProps) {
  return (
    <Radix.Root value={Math.round(share * 100)} aria-label={name} className={clsx('h-[3px] overflow-hidden bg-line', className)}>
      <Radix.Indicator
        className="size-full origin-left bg-accent transition-transform duration-100"
        style={{ transform: `scaleX(${share})` }}
      />
    </Radix.Root>
  )
}
