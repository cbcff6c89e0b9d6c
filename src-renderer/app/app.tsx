import { Workspace } from '#shared/schema/settings'
import { CreateWorkspace } from '../features/create/create-workspace'
import { ModelsWorkspace } from '../features/models/models-workspace'
import { SettingsDialog } from '../features/settings/settings-dialog'
import { useSettings } from '../state/settings'
import { TabPanel, Tabs } from '../ui/tabs'
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
  const workspace = useSettings((state) => state.workspace)
  return (
    <TooltipProvider>
      <Tabs value={workspace} values={Workspace.options} onChange={(chosen) => useSettings.setState({ workspace: chosen })}>
        <TitleBar />
        <TabPanel value="create">
          <CreateWorkspace narrow={narrow} />
        </TabPanel>
        <TabPanel value="models">
          <ModelsWorkspace />
        </TabPanel>
      </Tabs>
      <CommandPalette />
      <KeysSheet />
      <SettingsDialog />
      <Toasts />
    </TooltipProvider>
  )
}
