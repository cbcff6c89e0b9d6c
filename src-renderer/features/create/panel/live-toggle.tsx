import { Zap } from 'lucide-react'
import { toggleLive } from '../../../actions/live'
import { shortcutOf } from '../../../commands/table'
import { useSettings } from '../../../state/settings'
import { IconButton } from '../../../ui/icon-button'

/** Whether a picture is drawn in one step while the prompt is typed. */
export function LiveToggle() {
  const live = useSettings((state) => state.live)
  return (
    <IconButton
      icon={Zap}
      name={live ? 'Live: draws while you type; Enter refines' : 'Draw while typing, in one step'}
      shortcut={shortcutOf('toggle-live')}
      pressed={live}
      filled={live}
      side="top"
      className={live ? 'size-9 text-accent!' : 'size-9'}
      onClick={toggleLive}
    />
  )
}
