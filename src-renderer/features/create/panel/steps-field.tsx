import type { ModelCard } from '#shared/schema/model'
import { clsx } from 'clsx'
import {
  parseSteps,
  positionOfSteps,
  STEP_MARKS,
  STEPS_SLIDER_MAX,
  stepsAfterKey,
  stepsAtPosition,
} from '../../../drawing/steps-scale'
import { patchDraft, useSettings } from '../../../state/settings'
import { NumberField } from '../../../ui/number-field'
import { Slider } from '../../../ui/slider'
import { stepsCount, stepsLine } from '../../../words/steps'
import { Field } from './field'
import { useExpectedTime } from './use-expected-time'

const setSteps = (steps: number) => patchDraft({ steps })

/** How many steps the picture takes, on a scale where each mark is twice the one before. */
export function StepsField({ model }: { readonly model: ModelCard }) {
  const steps = useSettings((state) => state.draft.steps)
  const expected = useExpectedTime(model)
  return (
    <Field
      label="Steps"
      place="steps"
      note={stepsLine(steps, expected?.pictureMs)}
      aside={<NumberField name="Steps" value={steps} parse={parseSteps} onCommit={setSteps} className="w-14" />}
    >
      <Slider
        names={['Steps']}
        spoken={[stepsCount(steps)]}
        values={[positionOfSteps(steps)]}
        min={0}
        max={STEPS_SLIDER_MAX}
        onChange={([position]) => setSteps(stepsAtPosition(position ?? 0))}
        onArrow={(direction) => setSteps(stepsAfterKey(steps, direction))}
      />
      <div className="relative mx-[7px] h-4">
        {STEP_MARKS.map((mark) => (
          <button
            key={mark}
            type="button"
            tabIndex={-1}
            aria-label={stepsCount(mark)}
            onClick={() => setSteps(mark)}
            className={clsx(
              'absolute -translate-x-1/2 rounded-[3px] px-0.5 text-tiny hover:text-ink',
              mark === steps ? 'font-semibold text-ink' : 'text-faint',
            )}
            style={{ left: `${(positionOfSteps(mark) / STEPS_SLIDER_MAX) * 100}%` }}
          >
            {mark}
          </button>
        ))}
      </div>
    </Field>
  )
}
