import { Tabs as Radix } from 'radix-ui'
import type { ReactNode } from 'react'

interface TabsProps<Value extends string> {
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly values: readonly Value[]
  readonly children: ReactNode
}

/** Around a bar of tabs and what they show. */
export function Tabs<Value extends string>({ value, onChange, values, children }: TabsProps<Value>) {
  const change = (chosen: string) => {
    const known = values.find((one) => one === chosen)
    if (known !== undefined) onChange(known)
  }
  return (
    <Radix.Root value={value} onValueChange={change} className="flex h-full flex-col">
      {children}
    </Radix.Root>
  )
}

/** The bar: one tab has the focus, arrows walk. */
export function TabBar({ name, tabs }: { readonly name: string; readonly tabs: readonly { value: string; label: string }[] }) {
  return (
    <Radix.List aria-label={name} className="flex h-full items-stretch">
      {tabs.map(({ value, label }) => (
        <Radix.Trigger
          key={value}
          value={value}
          className="relative px-2.5 text-muted transition-colors duration-100 after:absolute after:inset-x-2.5 after:bottom-0 after:h-0.5 after:rounded-full hover:text-ink data-[state=active]:text-ink data-[state=active]:after:bg-accent"
        >
          {label}
        </Radix.Trigger>
      ))}
    </Radix.List>
  )
}

/** What a tab shows; only the open one is there. */
export function TabPanel({ value, children }: { readonly value: string; readonly children: ReactNode }) {
  return (
    <Radix.Content value={value} tabIndex={-1} className="flex min-h-0 flex-1 flex-col outline-none">
      {children}
    </Radix.Content>
  )
}
