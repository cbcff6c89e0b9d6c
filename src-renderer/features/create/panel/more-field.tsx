import type { ModelCard } from '#shared/schema/model'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { useState } from 'react'
import { patchDraft, useSettings } from '../../../state/settings'
import { Button } from '../../../ui/button'
import { NumberField } from '../../../ui/number-field'
import { Slider } from '../../../ui/slider'
import { Field } from './field'

/** Most that the panel takes. */
const MOST = 10

function parse(text: string): number | undefined {
  const value = text.trim() === '' ? NaN : Number(text.replace(',', '.'))
  return value >= 0 && value <= MOST ? Math.round(value * 100) / 100 : undefined
}

/** What few need, folded away unless it is set. */
export function MoreField({ model }: { readonly model: ModelCard }) {
  const set = useSettings((state) => state.draft.stochasticity)
  const [opened, setOpened] = useState(false)
  const open = opened || set !== null
  const value = set ?? model.defaults.stochasticity
  const change = (next: number) => patchDraft({ stochasticity: next === model.defaults.stochasticity ? null : next })
  return (
    <>
      {set === null && (
        <Button look="quiet" aria-expanded={open} className="-ml-2 self-start" onClick={() => setOpened(!opened)}>
          {open ? (
            <ChevronDown className="size-3.5" aria-hidden="true" />
          ) : (
            <ChevronRight className="size-3.5" aria-hidden="true" />
          )}
          Advanced
        </Button>
      )}
      {open && (
        <Field
          label="Stochasticity"
          note={
            value === 0 ? 'Off: a seed always takes the same way.' : 'Noise added anew at each step but the first and the last.'
          }
          aside={<NumberField name="Stochasticity" value={value} parse={parse} step={0.05} onCommit={change} className="w-14" />}
        >
          <Slider
            names={['Amount of stochasticity']}
            values={[Math.min(1, value)]}
            min={0}
            max={1}
            step={0.05}
            onChange={([next]) => change(Math.round((next ?? 0) * 100) / 100)}
          />
        </Field>
      )}
    </>
  )
}
