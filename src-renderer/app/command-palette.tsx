import { Command } from 'cmdk'
import { run } from '../actions/run'
import { command, commandGroups, commandIds, shortcutOf, type CommandId } from '../commands/table'
import { useWindow } from '../state/window'
import { Dialog } from '../ui/dialog'
import { Keys } from '../ui/keys'

/** Every command by name: type a few letters, press Enter. */
export function CommandPalette() {
  const open = useWindow((state) => state.dialog === 'palette')
  const close = () => useWindow.setState({ dialog: undefined })
  const choose = (id: CommandId) => {
    close()
    run(id)
  }
  return (
    <Dialog title="All commands" bare open={open} onOpenChange={(next) => !next && close()} className="w-130">
      <Command label="All commands" className="flex min-h-0 flex-col">
        <Command.Input
          placeholder="What do you want to do?"
          className="h-11 border-b border-line bg-transparent px-4 text-prompt outline-none"
        />
        <Command.List className="min-h-0 overflow-y-auto p-1">
          <Command.Empty className="p-3 text-muted">No command of that name.</Command.Empty>
          {commandGroups.map((group) => (
            <Command.Group
              key={group}
              heading={group}
              className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-label [&_[cmdk-group-heading]]:text-muted"
            >
              {commandIds
                .filter((id) => listed(id, group))
                .map((id) => (
                  <Entry key={id} id={id} onChoose={choose} />
                ))}
            </Command.Group>
          ))}
        </Command.List>
      </Command>
    </Dialog>
  )
}

function listed(id: CommandId, group: (typeof commandGroups)[number]): boolean {
  return command(id).group === group && command(id).keyOnly !== true && id !== 'palette'
}

function Entry({ id, onChoose }: { readonly id: CommandId; readonly onChoose: (id: CommandId) => void }) {
  const shortcut = shortcutOf(id)
  return (
    <Command.Item
      value={command(id).title}
      onSelect={() => onChoose(id)}
      className="flex min-h-8 cursor-default items-center justify-between rounded-[4px] px-3 data-[selected=true]:bg-hover"
    >
      {command(id).title}
      {shortcut !== undefined && <Keys shortcut={shortcut} />}
    </Command.Item>
  )
}
