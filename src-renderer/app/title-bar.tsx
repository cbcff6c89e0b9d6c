import { Keyboard, PanelLeft, PanelRight, Settings, TextSearch } from 'lucide-react'
import { run } from '../actions/run'
import { command, shortcutOf, type CommandId } from '../commands/table'
import { QueueButton } from '../features/queue/queue-button'
import { useSettings } from '../state/settings'
import { IconButton } from '../ui/icon-button'
import { TabBar } from '../ui/tabs'
import { workspaceTabs } from './workspaces'

/** The line at the top: where one is, what the engine does, and the panels. */
export function TitleBar() {
  const left = useSettings((state) => state.leftPanel)
  const right = useSettings((state) => state.rightPanel)
  const inCreate = useSettings((state) => state.workspace === 'create')
  return (
    <header className="flex h-10 shrink-0 items-center gap-1 border-b border-line px-1.5">
      {inCreate && <IconButton icon={PanelLeft} {...named('toggle-left')} pressed={left} />}
      <h1 className="pr-2 pl-1 font-semibold">TiM Studio</h1>
      <TabBar name="Workspaces" tabs={workspaceTabs} />
      <div className="min-w-0 flex-1" />
      <QueueButton />
      <IconButton icon={TextSearch} {...named('palette')} />
      <IconButton icon={Keyboard} {...named('keys')} />
      <IconButton icon={Settings} {...named('settings')} />
      {inCreate && <IconButton icon={PanelRight} {...named('toggle-right')} pressed={right} />}
    </header>
  )
}

function named(id: CommandId) {
  return { name: command(id).title, shortcut: shortcutOf(id), onClick: () => run(id) }
}
