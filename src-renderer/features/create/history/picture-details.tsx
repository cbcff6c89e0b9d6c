import type { Generation } from '#shared/schema/generation'
import { Download, Trash2 } from 'lucide-react'
import { askForExport } from '../../../actions/exchange'
import { remove } from '../../../actions/pictures'
import { pictureActions, type PictureCommand } from '../../../actions/run'
import { primary } from '../../../canvas/kernels/selection'
import { command, shortcutOf } from '../../../commands/table'
import { useCanvas } from '../../../state/canvas'
import { useModels } from '../../../state/models'
import { generationOf, usePictures } from '../../../state/pictures'
import { Button } from '../../../ui/button'
import { IconButton } from '../../../ui/icon-button'
import { Tooltip } from '../../../ui/tooltip'
import { pictureIcons } from '../picture-menu'
import { recipeFacts } from './recipe-facts'

const WORDED: readonly (readonly [PictureCommand, string])[] = [
  ['recall-all', 'Recall'],
  ['recall-seed', 'Seed'],
  ['remix', 'Remix'],
  ['refine', 'Refine'],
]

/** The selected picture: its recipe, and what can be done with it. */
export function PictureDetails() {
  const id = useCanvas((state) => primary(state.selection))
  const picture = usePictures((state) => generationOf(state, id))
  const model = useModels((state) => state.models?.find(({ sha256 }) => sha256 === picture?.recipe.model.sha256))
  if (picture === undefined) return null
  return (
    <section
      aria-label="Selected picture"
      className="flex max-h-[55%] shrink-0 flex-col gap-2 overflow-y-auto border-t border-line p-3"
    >
      <div className="-mt-1 flex items-start">
        <p className="my-1 line-clamp-3 min-w-0 flex-1 break-words" title={picture.recipe.prompt} data-selectable>
          {picture.recipe.prompt}
        </p>
        <IconButton
          icon={pictureIcons.star}
          name={picture.starred ? 'Remove the star' : 'Star'}
          shortcut={shortcutOf('star')}
          pressed={picture.starred}
          filled={picture.starred}
          side="top"
          className={picture.starred ? 'text-accent!' : ''}
          onClick={() => pictureActions.star(picture)}
        />
        <IconButton
          icon={Download}
          name="Export"
          shortcut={shortcutOf('export')}
          side="top"
          onClick={() => askForExport([picture.id])}
        />
        <IconButton
          icon={Trash2}
          name="Delete"
          shortcut={shortcutOf('delete')}
          side="top"
          className="-mr-1.5"
          onClick={() => void remove([picture.id])}
        />
      </div>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-label" data-selectable>
        {recipeFacts(picture, model?.title).map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-faint">{name}</dt>
            <dd className="min-w-0 truncate text-right text-ink">{value}</dd>
          </div>
        ))}
      </dl>
      <Actions picture={picture} />
    </section>
  )
}

function Actions({ picture }: { readonly picture: Generation }) {
  return (
    <div className="flex gap-1">
      {WORDED.map(([id, word]) => (
        <Tooltip key={id} text={command(id).title} shortcut={shortcutOf(id)} side="top">
          <Button className="flex-1 px-1.5" onClick={() => pictureActions[id](picture)}>
            {word}
          </Button>
        </Tooltip>
      ))}
    </div>
  )
}
