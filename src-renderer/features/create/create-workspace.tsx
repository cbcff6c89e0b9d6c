import { useSettings } from '../../state/settings'
import { Filmstrip } from './filmstrip/filmstrip'
import { HistoryPanel } from './history/history-panel'
import { Panel } from './panel/panel'
import { Stage } from './stage/stage'
import { ExportDialog } from './export-dialog'
import { useDroppedRecipe } from './use-dropped-recipe'
import { useCanvas } from '../../state/canvas'

/** Settings at the left, pictures in the middle, the past at the right. On narrow windows the right panel lies over the pictures. */
export function CreateWorkspace({ narrow }: { readonly narrow: boolean }) {
  useDroppedRecipe()
  const left = useSettings((state) => state.leftPanel)
  const right = useSettings((state) => state.rightPanel)
  const empty = useCanvas((state) => state.placed.length === 0 && !state.restoring)
  return (
    <div className="relative flex min-h-0 flex-1">
      {left && (
        <aside aria-label="Settings" className="w-75 shrink-0 border-r border-line bg-panel">
          <Panel />
        </aside>
      )}
      <div className="flex min-w-0 flex-1 flex-col">
        <Stage />
        {!empty && <Filmstrip />}
      </div>
      {right && (
        <aside
          aria-label="History"
          className={
            narrow
              ? 'absolute inset-y-0 right-0 z-30 w-70 border-l border-line bg-panel shadow-floating'
              : 'w-70 shrink-0 border-l border-line bg-panel'
          }
        >
          <HistoryPanel />
        </aside>
      )}
      <ExportDialog />
    </div>
  )
}
