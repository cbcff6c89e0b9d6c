import { useChosenModel } from '../../../state/models'
import { ScrollArea } from '../../../ui/scroll-area'
import { ClassPicker } from './class-picker'
import { GenerateButton } from './generate-button'
import { GuidanceField } from './guidance-field'
import { LiveToggle } from './live-toggle'
import { LoraField } from './lora-field'
import { ModelField } from './model-field'
import { MoreField } from './more-field'
import { PromptField } from './prompt-field'
import { SeedField } from './seed-field'
import { StartField } from '../start-from/start-field'
import { SizeField } from './size-field'
import { StepsField } from './steps-field'

/** Everything a picture is made with, and the button that makes it. */
export function Panel() {
  const model = useChosenModel()
  return (
    <div className="flex size-full flex-col">
      <ScrollArea className="min-h-0 flex-1">
        <div className="flex flex-col gap-3 px-3 pt-1.5 pb-3">
          {model?.kind === 'class' ? <ClassPicker model={model} /> : <PromptField />}
          <StartField />
          <ModelField />
          {model !== undefined && (
            <>
              <LoraField model={model} />
              <StepsField model={model} />
              <SizeField model={model} />
              <GuidanceField model={model} />
            </>
          )}
          <SeedField />
          {model !== undefined && <MoreField model={model} />}
        </div>
      </ScrollArea>
      <div className="flex items-center gap-1.5 border-t border-line p-3">
        <GenerateButton />
        <LiveToggle />
      </div>
    </div>
  )
}
