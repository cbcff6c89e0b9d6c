import { startPictureUrl } from '#shared/schema/start-picture'
import { Brush, FolderOpen, ImagePlus, X } from 'lucide-react'
import { useState, type DragEvent } from 'react'
import { takeTool } from '../../../actions/mask'
import { chooseStart, clearStart, isPart, patchStart, startFromFiles, startFromPicture } from '../../../actions/start-from'
import { primary } from '../../../canvas/kernels/selection'
import { useCanvas } from '../../../state/canvas'
import { useMask } from '../../../state/mask'
import { generationOf, usePictures } from '../../../state/pictures'
import { useSettings } from '../../../state/settings'
import { Button } from '../../../ui/button'
import { IconButton } from '../../../ui/icon-button'
import { NumberField } from '../../../ui/number-field'
import { Slider } from '../../../ui/slider'
import { dimensions } from '../../../words/dimensions'
import { strengthLine } from '../../../words/strength'
import { Field } from '../panel/field'

const hundredths = (value: number) => Math.round(value * 100) / 100

function parseStrength(text: string): number | undefined {
  const strength = hundredths(Number(text.replace(',', '.')))
  return text.trim() !== '' && strength > 0 && strength <= 1 ? strength : undefined
}

/** The picture that is drawn upon: dropped, chosen, or the selected one; how much of it is kept, and where. */
export function StartField() {
  const start = useSettings((state) => state.draft.start)
  const [over, setOver] = useState(false)
  const isFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files')
  const onDragOver = (event: DragEvent) => {
    if (!isFiles(event)) return
    event.preventDefault()
    setOver(true)
  }
  const onDrop = (event: DragEvent) => {
    setOver(false)
    if (!isFiles(event)) return
    event.preventDefault()
    event.stopPropagation()
    void startFromFiles([...event.dataTransfer.files])
  }
  return (
    <div
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
      className={over ? 'rounded-control outline-2 outline-offset-2 outline-accent' : ''}
    >
      <Field
        label="Start from"
        place="start"
        aside={start !== null && <IconButton icon={X} name="Start from nothing" className="-mr-1.5" onClick={clearStart} />}
      >
        {start === null ? <Sources /> : <Chosen />}
      </Field>
    </div>
  )
}

function Sources() {
  const selected = useCanvas((state) => primary(state.selection))
  const made = usePictures((state) => generationOf(state, selected))
  return (
    <div className="flex gap-1.5">
      <Button className="flex-1 font-normal" disabled={made === undefined} onClick={() => made && void startFromPicture(made)}>
        <ImagePlus className="size-4" aria-hidden="true" />
        Selected picture
      </Button>
      <Button className="flex-1 font-normal" onClick={() => void chooseStart()}>
        <FolderOpen className="size-4" aria-hidden="true" />
        File…
      </Button>
    </div>
  )
}

function Chosen() {
  const start = useSettings((state) => state.draft.start)
  const painting = useMask((state) => state.tool !== undefined)
  if (start === null) return null
  const { picture, strength } = start
  const setStrength = (value: number) => patchStart({ strength: Math.max(0.01, hundredths(value)) })
  return (
    <>
      <div className="flex items-center gap-2">
        <img
          src={startPictureUrl(picture.sha256)}
          alt="The picture to start from"
          draggable={false}
          className="size-12 shrink-0 rounded-[4px] bg-raised object-cover"
        />
        <span className="min-w-0 flex-1 text-label text-muted">{dimensions(picture.width, picture.height)}</span>
        <Button aria-pressed={painting} className="font-normal" onClick={() => void takeTool('brush')}>
          <Brush className="size-4" aria-hidden="true" />
          {painting ? 'Painting' : 'Mark a part'}
        </Button>
      </div>
      <div className="flex items-center gap-3">
        <span className="text-label text-muted">Change</span>
        <Slider
          names={['How much is drawn anew']}
          spoken={[strengthLine(strength, isPart(start))]}
          values={[strength]}
          min={0.05}
          max={1}
          step={0.05}
          onChange={([value]) => setStrength(value ?? strength)}
        />
        <NumberField
          name="Strength"
          value={strength}
          parse={parseStrength}
          step={0.05}
          onCommit={setStrength}
          className="w-14 shrink-0"
        />
      </div>
      <p className="text-label text-faint">{strengthLine(strength, isPart(start))}</p>
    </>
  )
}
