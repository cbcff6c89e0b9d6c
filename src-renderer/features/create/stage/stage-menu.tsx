import { Eraser, LayoutGrid, Maximize, Scan, SquareSplitHorizontal } from 'lucide-react'
import type { ReactElement } from 'react'
import { run } from '../../../actions/run'
import { primary } from '../../../canvas/kernels/selection'
import { command, shortcutOf, type CommandId } from '../../../commands/table'
import { useCanvas } from '../../../state/canvas'
import { generationOf, usePictures } from '../../../state/pictures'
import { ContextMenu, type MenuItem } from '../../../ui/context-menu'
import { pictureMenu } from '../picture-menu'

const view: readonly (readonly [CommandId, MenuItem['icon']])[] = [
  ['fit', Maximize],
  ['actual-size', Scan],
  ['arrange', LayoutGrid],
  ['clear-canvas', Eraser],
]

/** The context menu of the canvas: of the selected picture, and of the view. The press that opens it selects what is under it. */
export function StageMenu({ children }: { readonly children: ReactElement }) {
  const selection = useCanvas((state) => state.selection)
  const empty = useCanvas((state) => state.placed.length === 0)
  const made = usePictures((state) => state.made)
  const picture = generationOf({ made }, primary(selection))
  const ids = selection.flatMap((id) => generationOf({ made }, id)?.id ?? [])
  const ofView = view.map(([id, icon]) => ({
    title: command(id).title,
    icon,
    shortcut: shortcutOf(id),
    disabled: empty,
    run: () => run(id),
  }))
  const comparison = {
    title: command('compare').title,
    icon: SquareSplitHorizontal,
    shortcut: shortcutOf('compare'),
    run: () => run('compare'),
  }
  const ofPictures = ids.length > 1 ? [[comparison]] : []
  const groups = picture === undefined ? [ofView] : [...ofPictures, ...pictureMenu(picture, 'canvas', ids), ofView]
  return (
    <ContextMenu name="Canvas" groups={groups}>
      {children}
    </ContextMenu>
  )
}
