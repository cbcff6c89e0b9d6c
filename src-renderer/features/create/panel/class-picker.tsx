import type { ModelCard } from '#shared/schema/model'
import { Command } from 'cmdk'
import { Check } from 'lucide-react'
import { useState } from 'react'
import { findClasses } from '../../../drawing/class-search'
import { patchDraft, useSettings } from '../../../state/settings'
import { Popover } from '../../../ui/popover'
import { Field } from './field'

/** For models that draw one of a list of things: which one. */
export function ClassPicker({ model }: { readonly model: ModelCard }) {
  const classId = useSettings((state) => state.draft.classId) ?? 0
  const [open, setOpen] = useState(false)
  const [typed, setTyped] = useState('')
  const names = model.classes ?? []
  const { ids, more } = findClasses(names, typed)
  const trigger = (
    <button id="prompt" type="button" className="field flex min-h-7 w-full items-center px-2 py-1 text-left">
      {names[classId] ?? `Class ${classId}`}
    </button>
  )
  const choose = (id: number) => {
    patchDraft({ classId: id })
    setOpen(false)
  }
  return (
    <Field label="What to draw" place="prompt">
      <Popover name="What to draw" trigger={trigger} open={open} onOpenChange={setOpen}>
        <Command label="What to draw" shouldFilter={false} className="w-66">
          <Command.Input
            placeholder={`Search ${names.length} names`}
            value={typed}
            onValueChange={setTyped}
            className="field mb-1 h-7 w-full px-2"
          />
          <Command.List className="max-h-72 overflow-y-auto">
            <Command.Empty className="px-2 py-1 text-muted">Nothing of that name.</Command.Empty>
            {ids.map((id) => (
              <Command.Item
                key={id}
                value={String(id)}
                onSelect={() => choose(id)}
                className="flex min-h-7 items-center gap-2 rounded-[4px] px-2 py-1 data-[selected=true]:bg-hover"
              >
                <span className="min-w-0 flex-1">{names[id]}</span>
                {id === classId && <Check className="size-4 text-accent" aria-hidden="true" />}
              </Command.Item>
            ))}
            {more > 0 && <p className="px-2 py-1 text-label text-faint">{more} more: type to find them.</p>}
          </Command.List>
        </Command>
      </Popover>
    </Field>
  )
}
