import { canContinue } from '#shared/schema/continue-recipe'
import type { Generation } from '#shared/schema/generation'
import { Dices, FastForward } from 'lucide-react'
import { useState, type KeyboardEvent, type ReactNode } from 'react'
import { continueFrom } from '../../../actions/continue'
import { parseScale } from '../../../drawing/guidance'
import { parseSeed, rollSeed } from '../../../drawing/seed'
import { parseSteps } from '../../../drawing/steps-scale'
import { Button } from '../../../ui/button'
import { IconButton } from '../../../ui/icon-button'
import { NumberField } from '../../../ui/number-field'
import { Popover } from '../../../ui/popover'
import { TextBox } from '../../../ui/text-box'

interface ContinueProps {
  readonly picture: Generation
  /** The step whose state is gone on from: the one that is held. */
  readonly index: number | undefined
}

/** Draws on from the state that is held, with other steps, words, guidance or seed. */
export function ContinuePopover({ picture, index }: ContinueProps) {
  const [open, setOpen] = useState(false)
  const possible = index !== undefined && canContinue(picture.recipe, index)
  const trigger = (
    <Button look="plain" disabled={!possible} className="shrink-0">
      <FastForward className="size-3.5" aria-hidden="true" />
      Continue here
    </Button>
  )
  return (
    <Popover name="Continue here" side="top" trigger={trigger} open={open && possible} onOpenChange={setOpen}>
      {possible && <Settings picture={picture} index={index} close={() => setOpen(false)} />}
    </Popover>
  )
}

function Settings({ picture, index, close }: { picture: Generation; index: number; close: () => void }) {
  const { recipe } = picture
  const [steps, setSteps] = useState(recipe.steps - index - 1)
  const [prompt, setPrompt] = useState(recipe.prompt)
  const [scale, setScale] = useState(recipe.cfg.scale)
  const [seed, setSeed] = useState(recipe.seed)
  const ready = recipe.classId !== undefined || prompt.trim() !== ''
  const go = () => {
    if (!ready) return
    const imageIndex = seed === recipe.seed ? recipe.imageIndex : 0
    void continueFrom(picture, index, { steps, prompt, cfg: { ...recipe.cfg, scale }, seed, imageIndex })
    close()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) go()
  }
  return (
    <div className="flex w-72 flex-col gap-2 p-2" onKeyDown={onKeyDown}>
      <p className="text-label text-muted">
        Goes on after step {index + 1} of {recipe.steps}.
      </p>
      {recipe.classId === undefined && (
        <TextBox id="continue-prompt" name="Prompt" value={prompt} onChange={setPrompt} placeholder="Prompt" lines={2} />
      )}
      <Row label="Steps">
        <NumberField name="Steps from here" value={steps} parse={parseSteps} onCommit={setSteps} className="w-20" />
      </Row>
      <Row label="Guidance">
        <NumberField name="Guidance from here" value={scale} parse={parseScale} step={0.1} onCommit={setScale} className="w-20" />
      </Row>
      <Row label="Seed">
        <IconButton icon={Dices} name="Another seed" onClick={() => setSeed(rollSeed())} />
        <NumberField name="Seed from here" value={seed} parse={parseSeed} onCommit={setSeed} className="w-30" />
      </Row>
      <Button look="primary" disabled={!ready} onClick={go}>
        Draw from here
      </Button>
    </div>
  )
}

function Row({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="flex items-center justify-end gap-1">
      <span className="mr-auto">{label}</span>
      {children}
    </div>
  )
}
