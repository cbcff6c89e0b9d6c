import { Check, ChevronDown } from 'lucide-react'
import { Select as Radix } from 'radix-ui'

export interface Option {
  readonly value: string
  readonly label: string
  /** A short remark at the right, for example a size. */
  readonly hint?: string | undefined
  readonly disabled?: boolean
}

interface SelectProps {
  readonly name: string
  readonly value: string
  readonly options: readonly Option[]
  readonly onChange: (value: string) => void
}

/** One of a short list. */
export function Select({ name, value, options, onChange }: SelectProps) {
  return (
    <Radix.Root value={value} onValueChange={onChange}>
      <Radix.Trigger
        aria-label={name}
        className="field flex h-7 w-full min-w-0 items-center justify-between gap-2 px-2 text-left"
      >
        <span className="truncate">
          <Radix.Value />
        </span>
        <Radix.Icon asChild>
          <ChevronDown className="size-4 shrink-0 text-muted" aria-hidden="true" />
        </Radix.Icon>
      </Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          position="popper"
          sideOffset={4}
          collisionPadding={8}
          className="floating z-50 max-h-80 min-w-(--radix-select-trigger-width) overflow-hidden p-1"
        >
          <Radix.Viewport>
            {options.map((option) => (
              <SelectItem key={option.value} option={option} />
            ))}
          </Radix.Viewport>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

function SelectItem({ option }: { readonly option: Option }) {
  return (
    <Radix.Item
      value={option.value}
      disabled={option.disabled ?? false}
      className="flex min-h-7 cursor-default items-center gap-2 rounded-[4px] py-1 pr-2 pl-7 outline-none data-disabled:text-faint data-highlighted:bg-hover"
    >
      <Radix.ItemIndicator className="absolute left-3">
        <Check className="size-4 text-accent" aria-hidden="true" />
      </Radix.ItemIndicator>
      <Radix.ItemText>{option.label}</Radix.ItemText>
      {option.hint !== undefined && <span className="ml-auto pl-4 text-label text-muted">{option.hint}</span>}
    </Radix.Item>
  )
}
