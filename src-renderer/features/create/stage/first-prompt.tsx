import { draw } from '../../../actions/draw'
import { shortcutOf } from '../../../commands/table'
import { useCanvas } from '../../../state/canvas'
import { useChosenModel } from '../../../state/models'
import { patchDraft, useSettings } from '../../../state/settings'
import { Button } from '../../../ui/button'
import { Keys } from '../../../ui/keys'
import { TextBox } from '../../../ui/text-box'
import { examplesOf } from './examples'

/** The empty canvas: a large prompt box, examples to start from, and one sentence. */
export function FirstPrompt() {
  const prompt = useSettings((state) => state.draft.prompt)
  const model = useChosenModel()
  // Who has just cleared the canvas may want it back: the undo key has to reach it.
  const untouched = useCanvas((state) => state.undo.past.length === 0)
  const start = (text: string) => {
    patchDraft({ prompt: text })
    void draw()
  }
  if (model?.kind === 'class')
    return (
      <p className="absolute inset-0 grid place-content-center text-muted">
        Choose what to draw at the left, then press Generate.
      </p>
    )
  return (
    <div className="absolute inset-0 z-10 flex overflow-y-auto p-6">
      <div className="m-auto flex w-full max-w-xl animate-appear flex-col gap-4">
        <h2 className="text-center text-title font-semibold text-balance">What would you like to see?</h2>
        <div className="field bg-field">
          <TextBox
            id="first-prompt"
            name="Prompt"
            value={prompt}
            onChange={(text) => patchDraft({ prompt: text })}
            placeholder="A few plain words, for example: a red fox, flat"
            lines={2}
            autoFocus={untouched}
            className="border-0 bg-transparent px-3 py-2.5 text-prompt outline-none!"
          />
          <div className="flex flex-row-reverse items-center gap-2 p-2">
            <Button look="primary" disabled={model === undefined || prompt.trim() === ''} onClick={() => void draw()}>
              Draw it
            </Button>
            <Keys shortcut={shortcutOf('generate') ?? ''} />
          </div>
        </div>
        <div className="flex flex-wrap justify-center gap-1.5">
          {examplesOf(model).map((example) => (
            <Button
              key={example}
              look="plain"
              className="font-normal"
              disabled={model === undefined}
              onClick={() => start(example)}
            >
              {example}
            </Button>
          ))}
        </div>
        <p className="text-center text-label text-muted">
          Pictures are made on this computer, without the internet, and stay here.
        </p>
      </div>
    </div>
  )
}
