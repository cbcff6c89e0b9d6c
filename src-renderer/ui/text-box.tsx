import { clsx } from 'clsx'

interface TextBoxProps {
  readonly id: string
  readonly name: string
  readonly value: string
  readonly onChange: (text: string) => void
  readonly placeholder: string
  /** Lines it is tall at least; it grows with its text up to three times that. */
  readonly lines: number
  readonly autoFocus?: boolean
  readonly className?: string
}

/** A box for a text of some lines, which grows with it. */
export function TextBox({ id, name, value, onChange, placeholder, lines, autoFocus, className }: TextBoxProps) {
  return (
    <textarea
      id={id}
      aria-label={name}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      placeholder={placeholder}
      autoFocus={autoFocus}
      spellCheck={false}
      style={{ minHeight: `calc(${lines}lh + 0.875rem)`, maxHeight: `calc(${3 * lines}lh + 0.875rem)` }}
      className={clsx('field field-sizing-content w-full resize-none px-2 py-1.5', className)}
    />
  )
}
