import type { PreviewChoice } from '#shared/schema/settings'
import { useEffect, useState, type ComponentType, type ReactNode } from 'react'
import { statesUse } from '../../actions/states-use'
import { useSettings } from '../../state/settings'
import { NumberField } from '../../ui/number-field'
import { Segments } from '../../ui/segments'
import { byteSize } from '../../words/dimensions'

/** How the steps of a picture are shown, and what each choice costs. */
const PREVIEWS: readonly { readonly value: PreviewChoice; readonly label: string; readonly cost: string }[] = [
  {
    value: 'auto',
    label: 'By itself',
    cost: 'Whole pictures where they cost at most a twentieth of a step here, rough ones elsewhere.',
  },
  {
    value: 'projection',
    label: 'Rough',
    cost: 'Colours only, a few pixels for each part of the picture: costs next to nothing.',
  },
  {
    value: 'full',
    label: 'Whole',
    cost: 'Every step as sharp as the picture: adds the time of a finished picture to each step.',
  },
]

const GB = 1e9

function parseBudget(text: string): number | undefined {
  const size = /^\s*\d+([.,]\d+)?\s*$/.test(text) ? Number(text.replace(',', '.')) : NaN
  return size <= 100_000 ? size : undefined
}

interface TrajectoryLinesProps {
  readonly Line: ComponentType<{ readonly label: string; readonly children: ReactNode }>
}

/** What becomes of the steps of pictures: how they are shown, and how much room their states may take. */
export function TrajectoryLines({ Line }: TrajectoryLinesProps) {
  const preview = useSettings((state) => state.preview)
  const budget = useSettings((state) => state.statesBudget)
  const [use, setUse] = useState<number>()
  useEffect(() => void statesUse().then(setUse), [budget])
  return (
    <>
      <Line label="Steps are shown">
        <Segments
          name="Steps are shown"
          value={preview}
          options={PREVIEWS}
          onChange={(chosen) => useSettings.setState({ preview: chosen })}
        />
        <p className="pt-1 text-label text-muted">{PREVIEWS.find(({ value }) => value === preview)?.cost}</p>
      </Line>
      <Line label="Room for steps">
        <span className="flex items-center gap-2">
          <NumberField
            name="Room for steps, in GB"
            value={Math.round((budget / GB) * 100) / 100}
            parse={parseBudget}
            onCommit={(size) => useSettings.setState({ statesBudget: Math.round(size * GB) })}
            className="w-16"
          />
          <span>GB</span>
          {use !== undefined && <span className="text-muted">{byteSize(use)} used</span>}
        </span>
        <p className="pt-1 text-label text-muted">
          Pictures are continued from what is kept here. Beyond it the oldest without a star go; they are computed again when
          asked for.
        </p>
      </Line>
    </>
  )
}
