import { Keyboard, PanelLeft, PanelRight, Settings, TextSearch } from 'lucide-react'
import { run } from '../actions/run'
import { command, shortcutOf, type CommandId } from '../commands/table'
import { useSettings } from '../state/settings'
import { IconButton } from '../ui/icon-button'
import { QueueStatus } from './queue-status'

/** The line at the top: where one is, what the engine does, and the panels. */
export function TitleBar() {
  const left = useSettings((state) => state.leftPanel)
  const right = useSettings((state) => state.rightPanel)
  return (
    <header className="flex h-10 shrink-0 items-center gap-1 border-b border-line px-1.5">
      <IconButton icon={PanelLeft} {...named('toggle-left')} pressed={left} />
      <h1 className="pl-1 font-semibold">TiM Studio</h1>
      <div className="min-w-0 flex-1" />
      <QueueStatus />
      <IconButton icon={TextSearch} {...named('palette')} />
      <IconButton icon={Keyboard} {...named('keys')} />
      <IconButton icon={Settings} {...named('settings')} />
      <IconButton icon={PanelRight} {...named('toggle-right')} pressed={right} />
    </header>
  )
}

function named(id: CommandId) {
  return { name: command(id).title, shortcut: shortcutOf(id), onClick: () => run(id) }
}
