import { CreateWorkspace } from '../features/create/create-workspace'
import { SettingsDialog } from '../features/settings/settings-dialog'
import { TooltipProvider } from '../ui/tooltip'
import { CommandPalette } from './command-palette'
import { KeysSheet } from './keys-sheet'
import { TitleBar } from './title-bar'
import { Toasts } from './toasts'
import { useKeyboard } from './use-keyboard'
import { useNarrow } from './use-narrow'
import { useTheme } from './use-theme'

/** The whole window. */
export function App() {
  useKeyboard()
  useTheme()
  const narrow = useNarrow()
  return (
    <TooltipProvider>
      <div className="flex h-full flex-col">
        <TitleBar />
        <CreateWorkspace narrow={narrow} />
      </div>
      <CommandPalette />
      <KeysSheet />
      <SettingsDialog />
      <Toasts />
    </TooltipProvider>
  )
}
