import { Download, Star, Trash2, X } from 'lucide-react'
import { askForExport } from '../../../actions/exchange'
import { remove, starAll } from '../../../actions/pictures'
import { useHistory } from '../../../state/history'
import { IconButton } from '../../../ui/icon-button'

/** What can be done with several pictures at once, while several are chosen. */
export function ChosenBar() {
  const chosen = useHistory((state) => state.chosen)
  if (chosen.length < 2) return null
  return (
    <div role="toolbar" aria-label="Chosen pictures" className="flex items-center gap-1 border-t border-line px-3 py-1.5">
      <span className="mr-auto text-label text-muted">{chosen.length} chosen</span>
      <IconButton icon={Star} name="Star them" side="top" onClick={() => void starAll(chosen)} />
      <IconButton icon={Download} name="Export them" side="top" onClick={() => askForExport(chosen)} />
      <IconButton icon={Trash2} name="Delete them" side="top" onClick={() => void remove(chosen)} />
      <IconButton icon={X} name="Choose none" side="top" onClick={() => useHistory.setState({ chosen: [] })} />
    </div>
  )
}
