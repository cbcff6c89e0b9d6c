import { Plus, X } from 'lucide-react'
import { useState, type KeyboardEvent } from 'react'
import { refineLive } from '../../../actions/live'
import { patchDraft, useSettings } from '../../../state/settings'
import { Button } from '../../../ui/button'
import { IconButton } from '../../../ui/icon-button'
import { TextBox } from '../../../ui/text-box'
import { Field } from './field'
import { PromptLength } from './prompt-length'

/** While a picture is drawn with each letter, Enter makes it fine; with Shift it begins a new line as ever. */
function refineOnEnter(event: KeyboardEvent): void {
  const plain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && !event.nativeEvent.isComposing
  if (event.key !== 'Enter' || !plain || !useSettings.getState().live) return
  event.preventDefault()
  void refineLive()
}

/** What the picture should show, and what it should not. */
export function PromptField() {
  const prompt = useSettings((state) => state.draft.prompt)
  const negative = useSettings((state) => state.draft.negativePrompt)
  const [opened, setOpened] = useState(false)
  const shown = opened || negative !== ''
  const close = () => {
    patchDraft({ negativePrompt: '' })
    setOpened(false)
  }
  return (
    <>
      <Field
        label="Prompt"
        place="prompt"
        aside={
          !shown && (
            <Button look="quiet" className="-mr-2" onClick={() => setOpened(true)}>
              <Plus className="size-3.5" aria-hidden="true" />
              Negative
            </Button>
          )
        }
      >
        <div onKeyDown={refineOnEnter}>
          <TextBox
            id="prompt"
            name="Prompt"
            value={prompt}
            onChange={(text) => patchDraft({ prompt: text })}
            placeholder="What should the picture show?"
            lines={4}
          />
        </div>
        <PromptLength prompt={prompt} />
      </Field>
      {shown && (
        <Field
          label="Negative prompt"
          aside={<IconButton icon={X} name="Remove the negative prompt" className="-mr-1.5" onClick={close} />}
        >
          <TextBox
            id="negative-prompt"
            name="Negative prompt"
            value={negative}
            onChange={(text) => patchDraft({ negativePrompt: text })}
            placeholder="What should it not show?"
            lines={2}
            autoFocus={opened && negative === ''}
          />
          <PromptLength prompt={negative} />
        </Field>
      )}
    </>
  )
}
