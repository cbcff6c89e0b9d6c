import type { Generation } from '#shared/schema/generation'
import {
  ClipboardCopy,
  Dices,
  Download,
  FolderOpen,
  Hash,
  ImagePlus,
  Maximize,
  PanelLeftClose,
  Sparkles,
  Star,
  StarOff,
  TextQuote,
  Trash2,
  Undo2,
  type LucideIcon,
} from 'lucide-react'
import { askForExport, copyPicture, revealPicture } from '../../actions/exchange'
import { remove, takeOff, withGeneration } from '../../actions/pictures'
import { pictureActions, type PictureCommand } from '../../actions/run'
import { command, shortcutOf, type CommandId } from '../../commands/table'
import type { MenuItem } from '../../ui/context-menu'

/** Icons of the commands on a picture. */
export const pictureIcons: Readonly<Record<PictureCommand | 'delete' | 'take-off', LucideIcon>> = {
  'recall-all': Undo2,
  'recall-prompt': TextQuote,
  'recall-seed': Hash,
  'recall-size': Maximize,
  remix: Dices,
  refine: Sparkles,
  'start-from': ImagePlus,
  star: Star,
  'take-off': PanelLeftClose,
  delete: Trash2,
}

function item(id: CommandId & keyof typeof pictureIcons, run: () => void): MenuItem {
  return { title: command(id).title, icon: pictureIcons[id], shortcut: shortcutOf(id), run }
}

/** The menu of a finished picture, on the canvas or in the history; `ids` are what deleting deletes. */
export function pictureMenu(
  picture: Pick<Generation, 'id' | 'starred'>,
  where: 'canvas' | 'history',
  ids: readonly Generation['id'][],
): MenuItem[][] {
  const one = (id: PictureCommand) => item(id, () => void withGeneration(picture.id, pictureActions[id]))
  const star = picture.starred ? { ...one('star'), title: 'Remove the star', icon: StarOff } : one('star')
  const remains = where === 'canvas' ? [item('take-off', () => takeOff(ids))] : []
  const deletion = item('delete', () => void remove(ids))
  const named = (title: string, icon: LucideIcon, run: () => void, shortcut?: string): MenuItem => ({
    title,
    icon,
    run,
    shortcut,
  })
  const several = ids.length > 1
  const exchange = [
    named(several ? `Export ${ids.length} pictures…` : 'Export…', Download, () => askForExport(ids), shortcutOf('export')),
    named('Copy', ClipboardCopy, () => void copyPicture(picture.id), 'Ctrl+C'),
    named('Show in folder', FolderOpen, () => void revealPicture(picture.id)),
  ]
  return [
    [one('recall-all'), one('recall-prompt'), one('recall-seed'), one('recall-size')],
    [one('remix'), one('refine'), one('start-from')],
    exchange,
    [star, ...remains, ids.length > 1 ? { ...deletion, title: `Delete ${ids.length} pictures` } : deletion],
  ]
}
