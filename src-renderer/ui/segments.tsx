import { ToggleGroup } from 'radix-ui'

interface SegmentsProps<Value extends string> {
  readonly name: string
  readonly value: Value
  readonly options: readonly { readonly value: Value; readonly label: string }[]
  readonly onChange: (value: Value) => void
}

/** One of a few choices that are all in sight. */
export function Segments<Value extends string>({ name, value, options, onChange }: SegmentsProps<Value>) {
  const choose = (chosen: string) => {
    const option = options.find((one) => one.value === chosen)
    if (option !== undefined) onChange(option.value)
  }
  return (
    <ToggleGroup.Root type="single" value={value} onValueChange={choose} aria-label={name} className="field flex p-0.5">
      {options.map((option) => (
        <ToggleGroup.Item
          key={option.value}
          value={option.value}
          className="min-h-6 flex-1 rounded-[4px] px-3 text-label text-muted hover:text-ink data-[state=on]:bg-raised data-[state=on]:text-ink"
        >
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  )
}
