import type { AdapterCard } from '#shared/schema/adapter'
import type { ModelCard } from '#shared/schema/model'
import { RECIPE_LIMITS, type AdapterUse } from '#shared/schema/recipe'
import { FolderOpen, Plus, X } from 'lucide-react'
import { useEffect, useState, type DragEvent } from 'react'
import {
  addAdapter,
  dropAdapters,
  importAdapter,
  loadAdapters,
  removeAdapter,
  setAdapterStrength,
} from '../../../actions/adapters'
import { useAdapters } from '../../../state/adapters'
import { useSettings } from '../../../state/settings'
import { Button } from '../../../ui/button'
import { IconButton } from '../../../ui/icon-button'
import { NumberField } from '../../../ui/number-field'
import { Popover } from '../../../ui/popover'
import { Slider } from '../../../ui/slider'
import { Field } from './field'

const hundredths = (value: number) => Math.round(value * 100) / 100

function parseStrength(text: string): number | undefined {
  const strength = hundredths(Number(text.replace(',', '.').replace('−', '-')))
  return text.trim() !== '' && Math.abs(strength) <= RECIPE_LIMITS.adapterStrength ? strength : undefined
}

/** The adapters that are drawn with, each with its strength: chosen of the library, imported or dropped here. */
export function LoraField({ model }: { readonly model: ModelCard }) {
  const used = useSettings((state) => state.draft.adapters)
  const cards = useAdapters((state) => state.cards)
  useEffect(() => {
    void loadAdapters()
  }, [])
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    event.stopPropagation()
    void dropAdapters([...event.dataTransfer.files])
  }
  return (
    <div onDragOver={(event) => event.preventDefault()} onDrop={onDrop}>
      <Field label="LoRA" place="adapters" aside={<AddAdapter cards={cards ?? []} used={used} />}>
        {used.map((use) => (
          <AdapterRow key={use.sha256} use={use} card={cards?.find(({ sha256 }) => sha256 === use.sha256)} model={model} />
        ))}
      </Field>
    </div>
  )
}

interface AdapterRowProps {
  readonly use: AdapterUse
  readonly card: AdapterCard | undefined
  readonly model: ModelCard
}

function AdapterRow({ use: { name, sha256, strength }, card, model }: AdapterRowProps) {
  const other = card?.base !== undefined && card.base.sha256 !== model.sha256
  const note = [
    ...(other ? [`made for ${card.base?.name ?? 'another model'}`] : []),
    ...(card !== undefined && card.triggers.length > 0 ? [`say ${card.triggers.join(', ')}`] : []),
  ].join(' · ')
  return (
    <div>
      <div className="flex items-center gap-2">
        <span className="w-22 shrink-0 truncate" title={name}>
          {name}
        </span>
        <Slider
          names={[`Strength of ${name}`]}
          values={[Math.min(2, Math.max(-1, strength))]}
          min={-1}
          max={2}
          step={0.05}
          onChange={([value]) => setAdapterStrength(sha256, hundredths(value ?? strength))}
        />
        <NumberField
          name={`${name} strength`}
          value={strength}
          parse={parseStrength}
          step={0.05}
          onCommit={(value) => setAdapterStrength(sha256, value)}
          className="w-12 shrink-0"
        />
        <IconButton icon={X} name={`Draw without ${name}`} className="-mr-1.5 w-6" onClick={() => removeAdapter(sha256)} />
      </div>
      {note !== '' && <p className="text-label text-faint">{note}</p>}
    </div>
  )
}

function AddAdapter({ cards, used }: { readonly cards: readonly AdapterCard[]; readonly used: readonly AdapterUse[] }) {
  const [open, setOpen] = useState(false)
  const free = cards.filter(({ sha256 }) => !used.some((use) => use.sha256 === sha256))
  const trigger = (
    <Button look="quiet" className="-mr-2">
      <Plus className="size-3.5" aria-hidden="true" />
      Add
    </Button>
  )
  const then = (act: () => void) => () => {
    setOpen(false)
    act()
  }
  const line = 'flex min-h-7 w-full items-center gap-2 rounded-[4px] px-2 py-1 text-left hover:bg-hover focus-visible:bg-hover'
  return (
    <Popover name="Add a LoRA" trigger={trigger} open={open} onOpenChange={setOpen}>
      <div className="flex max-h-72 w-60 flex-col overflow-y-auto">
        {free.map((card) => (
          <button key={card.sha256} type="button" className={line} onClick={then(() => addAdapter(card))}>
            <span className="min-w-0 flex-1 truncate">{card.title}</span>
            <span className="text-label text-faint">{card.dora ? 'DoRA' : 'LoRA'}</span>
          </button>
        ))}
        {free.length === 0 && (
          <p className="px-2 py-1 text-label text-faint">
            {cards.length === 0 ? 'The library has none yet.' : 'All are in use.'}
          </p>
        )}
        <button type="button" className={line} onClick={then(() => void importAdapter('files'))}>
          <FolderOpen className="size-4 text-muted" aria-hidden="true" />
          Import a file
        </button>
        <button type="button" className={line} onClick={then(() => void importAdapter('folder'))}>
          <FolderOpen className="size-4 text-muted" aria-hidden="true" />
          Import a folder
        </button>
      </div>
    </Popover>
  )
}
