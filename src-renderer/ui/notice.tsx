import { clsx } from 'clsx'
import { CircleAlert, X } from 'lucide-react'
import { Button } from './button'
import { IconButton } from './icon-button'

interface NoticeProps {
  /** What happened. */
  readonly message: string
  /** What to do. */
  readonly remedy: string
  /** The one button that does it. */
  readonly action?: { readonly title: string; readonly run: () => void } | undefined
  /** For the copy button only; never shown. */
  readonly detail?: string | undefined
  readonly onClose?: (() => void) | undefined
  readonly className?: string
}

/** A bar at the place that something concerns: what happened, what to do, and one button that does it. */
export function Notice({ message, remedy, action, detail, onClose, className }: NoticeProps) {
  return (
    <div
      role="alert"
      className={clsx(
        'flex items-start gap-2 rounded-control border border-alarm bg-field py-1.5 pr-1 pl-2 text-label',
        className,
      )}
    >
      <CircleAlert className="mt-0.5 size-4 shrink-0 text-alarm" aria-hidden="true" />
      <div className="min-w-0 flex-1 py-0.5" data-selectable>
        <p className="font-medium break-words">{message}</p>
        <p className="break-words text-muted">{remedy}</p>
        {(action !== undefined || detail !== undefined) && (
          <div className="mt-1.5 flex flex-wrap gap-1.5">
            {action !== undefined && <Button onClick={action.run}>{action.title}</Button>}
            {detail !== undefined && (
              <Button look="quiet" onClick={() => void navigator.clipboard.writeText(detail)}>
                Copy details
              </Button>
            )}
          </div>
        )}
      </div>
      {onClose !== undefined && <IconButton icon={X} name="Close" onClick={onClose} className="size-6" />}
    </div>
  )
}
