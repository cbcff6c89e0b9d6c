import { MAX_COUNT } from '#shared/schema/queue'
import { Dices, Lock, LockOpen } from 'lucide-react'
import { parseSeed, rollSeed } from '../../../drawing/seed'
import { patchDraft, useSettings } from '../../../state/settings'
import { IconButton } from '../../../ui/icon-button'
import { NumberField } from '../../../ui/number-field'
import { Field } from './field'

function parseCount(text: string): number | undefined {
  const count = /^\s*\d{1,4}\s*$/.test(text) ? Number(text) : 0
  return count < 1 ? undefined : Math.min(MAX_COUNT, count)
}

/** Another seed begins its own series. */
const setSeed = (seed: number) => patchDraft({ seed, imageIndex: 0 })

/** Which of all possible pictures, and how many. */
export function SeedField() {
  const { seed, seedLocked, imageIndex, count } = useSettings((state) => state.draft)
  return (
    <Field
      inline
      label="Seed"
      place="seed"
      note={imageIndex === 0 ? undefined : `From picture ${imageIndex + 1} of this seed on.`}
    >
      <div className="flex items-center gap-0.5">
        <NumberField name="Seed" value={seed} parse={parseSeed} onCommit={setSeed} className="mr-0.5 flex-1" />
        <IconButton icon={Dices} name="Another seed" className="w-6" onClick={() => setSeed(rollSeed())} />
        <IconButton
          icon={seedLocked ? Lock : LockOpen}
          name={seedLocked ? 'Seed is kept; click for a new one each time' : 'New seed each time; click to keep it'}
          pressed={seedLocked}
          className="w-6"
          onClick={() => patchDraft({ seedLocked: !seedLocked })}
        />
        <span className="ml-1 text-faint" aria-hidden="true">
          ×
        </span>
        <NumberField
          name="Number of pictures"
          value={count}
          parse={parseCount}
          onCommit={(typed) => patchDraft({ count: typed })}
          className="ml-1 w-10"
        />
      </div>
    </Field>
  )
}
