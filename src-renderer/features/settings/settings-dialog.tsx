import { useWindow } from '../../state/window'
import { Dialog } from '../../ui/dialog'
import { About } from './about'
import { Disk } from './disk'
import { Drawing } from './drawing'
import { Hub } from './hub'
import { Group, Line } from './line'
import { Look } from './look'
import { OutputLines } from './output-lines'
import { TrajectoryLines } from './trajectory-lines'

/** Settings of the whole studio. They act at once; there is nothing to confirm. */
export function SettingsDialog() {
  const open = useWindow((state) => state.dialog === 'settings')
  return (
    <Dialog
      title="Settings"
      open={open}
      onOpenChange={(next) => !next && useWindow.setState({ dialog: undefined })}
      className="w-160"
    >
      <div className="flex min-h-0 flex-col gap-5 overflow-y-auto p-4" tabIndex={0} role="group" aria-label="All settings">
        <Look />
        <Drawing />
        <Group title="Steps of pictures">
          <TrajectoryLines Line={Line} />
        </Group>
        <Group title="Files">
          <OutputLines Line={Line} />
          <Disk />
        </Group>
        <Hub />
        <About />
      </div>
    </Dialog>
  )
}
