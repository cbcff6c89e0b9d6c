import type { ModelCard } from '#shared/schema/model'
import { useState } from 'react'
import {
  areaStops,
  aspectOfSize,
  aspectsOf,
  ASPECTS,
  sizeNote,
  sizeOfAspect,
  snapSide,
  stopOfSize,
  type Aspect,
  type PictureSize,
} from '../../../drawing/size'
import { patchDraft, useSettings } from '../../../state/settings'
import { NumberField } from '../../../ui/number-field'
import { Slider } from '../../../ui/slider'
import { limitsAt } from '../../../drawing/weak'
import { dimensions, megapixels } from '../../../words/dimensions'
import { memoryLine } from '../../../words/memory'
import { AspectButtons } from './aspect-buttons'
import { Field } from './field'
import { useMemoryNeed } from './use-memory-need'

const setSize = (size: PictureSize) => patchDraft({ size })

/** A whole number of any size: what the model cannot draw is brought to the nearest it can, and said. */
const parseSide = (text: string) => (/^\s*\d{1,6}\s*$/.test(text) ? Number(text) : undefined)

/** The picture's shape and size; nothing to choose with a model of one size. */
export function SizeField({ model }: { readonly model: ModelCard }) {
  if (model.minSide < model.maxSide) return <SizeChoice model={model} />
  return (
    <Field inline label="Size" place="size">
      {dimensions(model.nativeSide, model.nativeSide)}{' '}
      <span className="pl-2 text-label text-faint">the one size of this model</span>
    </Field>
  )
}

function SizeChoice({ model }: { readonly model: ModelCard }) {
  const size = useSettings((state) => state.draft.size) ?? model.defaults
  const [snapped, setSnapped] = useState<string>()
  const aspect = aspectOfSize(size, model)
  const stops = areaStops(model)
  const stop = stopOfSize(size, model)

  const chooseAspect = (chosen: Aspect) => {
    setSnapped(undefined)
    setSize(sizeOfAspect(chosen, stop, model))
  }
  const chooseArea = (side: number) => {
    setSnapped(undefined)
    setSize(sizeOfAspect(aspect ?? ASPECTS[3], side, model))
  }
  const typeSide = (which: 'width' | 'height') => (typed: number) => {
    const side = snapSide(typed, model)
    setSnapped(side === typed ? undefined : whySnapped(typed, side, model))
    setSize({ width: size.width, height: size.height, [which]: side })
  }

  return (
    <Field
      label="Size"
      place="size"
      note={<SizeNotes size={size} model={model} snapped={snapped} />}
      aside={<span className="text-label text-faint">{megapixels(size.width, size.height)}</span>}
    >
      <AspectButtons
        aspects={aspectsOf(model)}
        chosen={aspect}
        onChoose={chooseAspect}
        sizeOf={(one) => sizeOfAspect(one, stop, model)}
      />
      <div className="flex items-center gap-1.5">
        <NumberField
          name="Width"
          value={size.width}
          parse={parseSide}
          step={model.factor}
          onCommit={typeSide('width')}
          className="w-15"
        />
        <span className="text-faint">×</span>
        <NumberField
          name="Height"
          value={size.height}
          parse={parseSide}
          step={model.factor}
          onCommit={typeSide('height')}
          className="w-15"
        />
        {stops.length > 1 && (
          <div className="ml-2 min-w-0 flex-1">
            <Slider
              names={['Area']}
              spoken={[dimensions(stop, stop)]}
              values={[stops.indexOf(stop)]}
              min={0}
              max={stops.length - 1}
              onChange={([index]) => chooseArea(stops[index ?? 0] ?? stop)}
            />
          </div>
        )}
      </div>
    </Field>
  )
}

interface SizeNotesProps {
  readonly size: PictureSize
  readonly model: ModelCard
  readonly snapped: string | undefined
}

/** What a size costs, and what is known to be weak at it. */
function SizeNotes({ size, model, snapped }: SizeNotesProps) {
  const need = useMemoryNeed(model)
  const said = snapped ?? sizeNote(size, model)
  const limits = limitsAt(size, model.nativeSide, model.limits)
  return (
    <>
      {said !== undefined && <span className="block">{said}</span>}
      {need !== undefined && <span className={need.fits ? 'block' : 'block text-alarm'}>{memoryLine(need)}</span>}
      {limits.length > 0 && <span className="block">{limits.join(' ')}</span>}
    </>
  )
}

function whySnapped(typed: number, side: number, { minSide, maxSide, factor }: ModelCard): string {
  if (typed > maxSide) return `This model draws up to ${maxSide}: set to ${side}.`
  if (typed < minSide) return `This model draws from ${minSide} on: set to ${side}.`
  return `Sides are multiples of ${factor}: set to ${side}.`
}
