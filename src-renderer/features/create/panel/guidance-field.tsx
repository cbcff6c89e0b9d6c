import type { ModelCard } from '#shared/schema/model'
import { parseScale, whyUnguided } from '../../../drawing/guidance'
import { patchDraft, useSettings } from '../../../state/settings'
import { NumberField } from '../../../ui/number-field'
import { Slider } from '../../../ui/slider'
import { Tooltip } from '../../../ui/tooltip'
import { Field } from './field'

/** The slider's right end; more can be typed. */
const SLIDER_MAX = 10

/** The interval's right end: above 1 the first step is guided too. */
const INTERVAL_MAX = 1.1

const hundredths = (value: number) => Math.round(value * 100) / 100

/** How strictly the picture follows the prompt, and in which part of time. */
export function GuidanceField({ model }: { readonly model: ModelCard }) {
  const cfg = useSettings((state) => state.draft.cfg) ?? model.defaults.cfg
  const steps = useSettings((state) => state.draft.steps)
  // A path that starts from a picture begins after the time that is never guided.
  const from = useSettings((state) => state.draft.start?.strength) ?? 1
  const why = whyUnguided(steps, cfg, from)
  const disabled = why !== undefined
  const setScale = (scale: number) => patchDraft({ cfg: { ...cfg, scale } })
  return (
    <Field
      label="Guidance"
      place="guidance"
      note={why ?? (cfg.scale <= 1 ? 'Off: the prompt is followed loosely.' : undefined)}
      aside={
        <NumberField
          name="Guidance strength"
          value={cfg.scale}
          parse={parseScale}
          step={0.1}
          disabled={disabled}
          onCommit={setScale}
          className="w-14"
        />
      }
    >
      <Slider
        names={['Guidance strength']}
        values={[Math.min(SLIDER_MAX, cfg.scale)]}
        min={1}
        max={SLIDER_MAX}
        step={0.1}
        disabled={disabled}
        onChange={([scale]) => setScale(hundredths(scale ?? 1))}
      />
      <div className="flex items-center gap-3">
        <Tooltip text="The part of time in which guidance acts: 1 is noise, 0 the picture. An end above 1 guides the first step too.">
          <span className="text-label text-muted">Interval</span>
        </Tooltip>
        <Slider
          names={['Guidance from', 'Guidance to']}
          values={[cfg.low, Math.min(INTERVAL_MAX, cfg.high)]}
          min={0}
          max={INTERVAL_MAX}
          step={0.05}
          onChange={([low, high]) => patchDraft({ cfg: { ...cfg, low: hundredths(low ?? 0), high: hundredths(high ?? 1) } })}
        />
        <span className="w-17 shrink-0 text-right text-label">
          {cfg.low} – {cfg.high}
        </span>
      </div>
    </Field>
  )
}
