import type { EventPayload } from '#shared/ipc/contract'
import type { Generation } from '#shared/schema/generation'
import { Workspace, type Settings } from '#shared/schema/settings'
import { neighbour, type Direction } from '../canvas/kernels/browse'
import { primary } from '../canvas/kernels/selection'
import { actualSize } from '../canvas/kernels/viewport'
import { actsInCreate, type CommandId } from '../commands/table'
import { fitPlaces, revealPlaces, useCanvas } from '../state/canvas'
import { useMask } from '../state/mask'
import { generationOf, usePictures } from '../state/pictures'
import { useSettings } from '../state/settings'
import { useWindow } from '../state/window'
import { arrange, compare, selectAll } from './arrange'
import { cancel, draw } from './draw'
import { redoStroke, resizeBrush, takeTool, undoStroke } from './mask'
import { toggleLive } from './live'
import { askForExport } from './exchange'
import { remove, star, takeOff } from './pictures'
import { walkPrompts } from './prompts'
import { recallAll, recallPrompt, recallSeed, recallSize, refine, remix } from './recall'
import { startFromPicture } from './start-from'
import { redo, undo } from './undo'

/** The finished picture that commands act on: the one selected last. */
function selected(): Generation | undefined {
  return generationOf(usePictures.getState(), primary(useCanvas.getState().selection))
}

/** Commands on one picture; menus call them with the picture they were opened on, keys with the selected one. */
export const pictureActions = {
  star: ({ id }) => void star(id),
  'recall-all': recallAll,
  'recall-prompt': recallPrompt,
  'recall-seed': recallSeed,
  'recall-size': recallSize,
  remix: (picture) => void remix(picture),
  refine: (picture) => void refine(picture),
  'start-from': (picture) => void startFromPicture(picture),
} satisfies Partial<Record<CommandId, (picture: Generation) => void>>

export type PictureCommand = keyof typeof pictureActions

const onSelected = (id: PictureCommand) => (): void => {
  const picture = selected()
  if (picture !== undefined) pictureActions[id](picture)
}

const go = (direction: Direction) => (): void => {
  const { placed, selection } = useCanvas.getState()
  const next = neighbour(placed, primary(selection), direction)
  if (next === undefined) return
  useCanvas.setState({ selection: [next.id], held: undefined })
  revealPlaces([next.id])
}

const focus = (id: string) => (): void => {
  const element = document.getElementById(id)
  element?.focus()
  if (element instanceof HTMLInputElement) element.select()
}

const colours = (theme: Settings['theme']) => (): void => useSettings.setState({ theme })

const openWorkspace = (workspace: Workspace) => (): void => useSettings.setState({ workspace })

const turn = (by: 1 | -1) => (): void => {
  const all = Workspace.options
  useSettings.setState(({ workspace }) => ({ workspace: all.at((all.indexOf(workspace) + by) % all.length) ?? workspace }))
}

const actions: Readonly<Record<CommandId, () => void>> = {
  generate: () => void draw(),
  'generate-first': () => void draw(true),
  'toggle-live': toggleLive,
  cancel: () => {
    const { compared, held } = useCanvas.getState()
    if (useMask.getState().tool !== undefined) return useMask.setState({ tool: undefined })
    if (compared !== undefined) useCanvas.setState({ compared: undefined })
    else if (held !== undefined) useCanvas.setState({ held: undefined })
    else void cancel()
  },
  'focus-prompt': () => {
    const { placed } = useCanvas.getState()
    if (placed.length > 0) useSettings.setState({ leftPanel: true })
    // The panel may have to appear first.
    requestAnimationFrame(focus(placed.length > 0 ? 'prompt' : 'first-prompt'))
  },
  'older-prompt': () => void walkPrompts(1),
  'newer-prompt': () => void walkPrompts(-1),
  star: onSelected('star'),
  'recall-all': onSelected('recall-all'),
  'recall-prompt': onSelected('recall-prompt'),
  'recall-seed': onSelected('recall-seed'),
  'recall-size': onSelected('recall-size'),
  remix: onSelected('remix'),
  refine: onSelected('refine'),
  'take-off': () => {
    const { forming } = usePictures.getState()
    takeOff(useCanvas.getState().selection.filter((id) => !(id in forming) && !id.includes('/')))
  },
  export: () => {
    const pictures = usePictures.getState()
    askForExport(useCanvas.getState().selection.flatMap((id) => generationOf(pictures, id)?.id ?? []))
  },
  delete: () => {
    const pictures = usePictures.getState()
    void remove(useCanvas.getState().selection.flatMap((id) => generationOf(pictures, id)?.id ?? []))
  },
  compare,
  'start-from': onSelected('start-from'),
  brush: () => void takeTool('brush'),
  eraser: () => void takeTool('eraser'),
  'smaller-brush': () => resizeBrush(1 / 1.25),
  'larger-brush': () => resizeBrush(1.25),
  undo: () => void (undoStroke() || undo()),
  redo: () => void (redoStroke() || redo()),
  'select-all': selectAll,
  left: go('left'),
  right: go('right'),
  up: go('up'),
  down: go('down'),
  fit: () => fitPlaces(),
  'actual-size': () =>
    useCanvas.setState(({ view, surface }) => ({
      view: actualSize(view, surface, devicePixelRatio),
      gliding: true,
      fitted: undefined,
    })),
  arrange,
  'clear-canvas': () => {
    const { made } = usePictures.getState()
    takeOff(useCanvas.getState().placed.flatMap(({ id }) => (id in made ? id : [])))
  },
  'toggle-left': () => useSettings.setState(({ leftPanel }) => ({ leftPanel: !leftPanel })),
  'toggle-right': () => useSettings.setState(({ rightPanel }) => ({ rightPanel: !rightPanel })),
  'search-history': () => {
    useSettings.setState({ rightPanel: true })
    requestAnimationFrame(focus('history-search'))
  },
  'go-create': openWorkspace('create'),
  'go-models': openWorkspace('models'),
  'next-workspace': turn(1),
  'previous-workspace': turn(-1),
  'theme-system': colours('system'),
  'theme-dark': colours('dark'),
  'theme-light': colours('light'),
  settings: () => useWindow.setState({ dialog: 'settings' }),
  palette: () => useWindow.setState({ dialog: 'palette' }),
  keys: () => useWindow.setState({ dialog: 'keys' }),
}

/** Does what a command is for, in the workspace where it acts. Commands on a picture do nothing while none is selected. */
export function run(id: CommandId): void {
  if (actsInCreate(id)) useSettings.setState({ workspace: 'create' })
  actions[id]()
}

/** A command that was chosen in the application's menu. */
export function runMenuCommand(id: EventPayload<'app/command'>): void {
  run(id)
}
