import type { ModelCard } from '#shared/schema/model'
import { Command } from 'cmdk'
import { Check } from 'lucide-react'
import { useState } from 'react'
import { patchDraft, useSettings } from '../../../state/settings'
import { Popover } from '../../../ui/popover'
import { Field } from './field'

/** For models that draw one of a list of things: which one. */
export function ClassPicker({ model }: { readonly model: ModelCard }) {
  const classId = useSettings((state) => state.draft.classId) ?? 0
  const [open, setOpen] = useState(false)
  const names = model.classes ?? []
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
        <Command label="What to draw" className="w-66">
          <Command.Input placeholder="Search" className="field mb-1 h-7 w-full px-2" />
          <Command.List className="max-h-72 overflow-y-auto">
            <Command.Empty className="px-2 py-1 text-muted">Nothing of that name.</Command.Empty>
            {names.map((name, id) => (
              <Command.Item
                key={`${id} ${name}`}
                value={`${id} ${name}`}
                onSelect={() => choose(id)}
                className="flex min-h-7 items-center gap-2 rounded-[4px] px-2 py-1 data-[selected=true]:bg-hover"
              >
                <span className="min-w-0 flex-1">{name}</span>
                {id === classId && <Check className="size-4 text-accent" aria-hidden="true" />}
              </Command.Item>
            ))}
          </Command.List>
        </Command>
      </Popover>
    </Field>
  )
}
