import { clsx } from 'clsx'
import { useState, type KeyboardEvent } from 'react'

interface NumberFieldProps {
  readonly value: number
  readonly name: string
  /** The number typed, or undefined when the text is none that is allowed. */
  readonly parse: (text: string) => number | undefined
  readonly onCommit: (value: number) => void
  /** How far ↑ and ↓ go; ten times as far with Shift. */
  readonly step?: number
  readonly disabled?: boolean
  readonly className?: string
  /** Called with what was typed when it cannot be used, so that the reason can be said. */
  readonly onRefused?: (text: string) => void
}

/** A number that is typed: Enter or leaving commits it, Escape takes it back, ↑ and ↓ step it. */
export function NumberField({ value, name, parse, onCommit, step = 1, disabled, className, onRefused }: NumberFieldProps) {
  const [typed, setTyped] = useState<string>()
  const commit = () => {
    if (typed === undefined) return
    const parsed = parse(typed)
    setTyped(undefined)
    if (parsed === undefined) onRefused?.(typed)
    else if (parsed !== value) onCommit(parsed)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Enter') commit()
    if (event.key === 'Escape' && typed !== undefined) {
      event.stopPropagation()
      setTyped(undefined)
    }
    if ((event.key === 'ArrowUp' || event.key === 'ArrowDown') && !event.altKey && !event.ctrlKey) {
      event.preventDefault()
      const by = (event.key === 'ArrowUp' ? 1 : -1) * step * (event.shiftKey ? 10 : 1)
      const next = parse(String(Math.round(((typed === undefined ? value : (parse(typed) ?? value)) + by) * 1e6) / 1e6))
      setTyped(undefined)
      if (next !== undefined) onCommit(next)
    }
  }
  return (
    <input
      type="text"
      inputMode="decimal"
      autoComplete="off"
      aria-label={name}
      disabled={disabled}
      data-editing={typed !== undefined}
      value={typed ?? String(value)}
      onChange={(event) => setTyped(event.target.value)}
      onFocus={(event) => event.target.select()}
      onBlur={commit}
      onKeyDown={onKeyDown}
      className={clsx('field h-7 min-w-0 px-2 text-right text-body disabled:text-faint disabled:hover:border-line', className)}
    />
  )
}
