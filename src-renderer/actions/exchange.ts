import type { RequestOutput } from '#shared/ipc/contract'
import type { GenerationId } from '#shared/schema/id'
import { draftWith } from '../drawing/partial-recipe'
import { primary } from '../canvas/kernels/selection'
import { studio } from '../ipc/client'
import { useCanvas } from '../state/canvas'
import { useModels } from '../state/models'
import { generationOf, usePictures } from '../state/pictures'
import { showProblem } from '../state/problems'
import { useSettings } from '../state/settings'
import { showToast, useWindow } from '../state/window'
import { recallAll } from './recall'
import { startFromPath } from './start-from'

/** Long enough to read a sentence. */
const TOLD_MS = 6000

/** Asks how pictures should be saved for other programs. */
export function askForExport(ids: readonly GenerationId[]): void {
  if (ids.length > 0) useWindow.setState({ dialog: 'export', exporting: ids })
}

/** Saves copies as the settings say, where the user then chooses. */
export async function exportPictures(ids: readonly GenerationId[]): Promise<void> {
  const { exportAs } = useSettings.getState()
  const answer = await studio.call('pictures/export', { ids: [...ids], ...exportAs })
  if (!answer.ok) return showProblem('stage', answer.failure)
  const { saved } = answer.value
  if (saved > 0) showToast(saved === 1 ? 'Picture saved.' : `${saved} pictures saved.`, TOLD_MS)
}

export async function revealPicture(id: GenerationId): Promise<void> {
  const answer = await studio.call('pictures/reveal', { id })
  if (!answer.ok) showProblem('stage', answer.failure)
}

export async function copyPicture(id: GenerationId): Promise<void> {
  const answer = await studio.call('pictures/copy', { id })
  if (answer.ok) showToast('Picture copied.', 2000)
  else showProblem('stage', answer.failure)
}

/** Goes on with a drag of the page as one of files, which other programs take. */
export async function dragOut(ids: readonly GenerationId[]): Promise<void> {
  const answer = await studio.call('pictures/drag', { ids: ids.slice(0, 100) })
  if (!answer.ok) showProblem('stage', answer.failure)
}

/** Takes the recipe out of a picture file that was dropped on the window. */
export async function recipeFromFiles(files: readonly File[]): Promise<void> {
  const dropped = await studio.dropped(files)
  if (!dropped.ok) return showProblem('stage', dropped.failure)
  const [path] = dropped.value.paths
  if (path === undefined) return
  const answer = await studio.call('pictures/recipe', { path })
  if (!answer.ok) return showProblem('stage', answer.failure)
  take(answer.value, path)
}

/** Takes the recipe out of the picture, or the text, on the clipboard. */
export async function pasteRecipe(): Promise<void> {
  const answer = await studio.call('pictures/paste')
  if (!answer.ok) return showProblem('stage', answer.failure)
  take(answer.value.found, answer.value.path)
}

/** Puts what was found into the panel, and says what became of it. */
function take(found: RequestOutput<'pictures/recipe'>, path: string | null): void {
  if (found.kind === 'whole') {
    recallAll({ recipe: found.recipe })
    const { models } = useModels.getState()
    const known = models?.some(({ sha256 }) => sha256 === found.recipe.model.sha256) === true
    const text = known
      ? 'Its recipe is in the panel.'
      : `Its recipe is in the panel; its model “${found.recipe.model.name}” is not installed.`
    return void showToast(text, TOLD_MS)
  }
  if (found.kind === 'partial') {
    useSettings.setState(({ draft }) => ({ draft: draftWith(draft, found.recipe) }))
    return void showToast('What another program wrote into it is in the panel.', TOLD_MS)
  }
  const offer = path === null ? undefined : { title: 'Start from it', run: () => void startFromPath(path) }
  showToast(path === null ? found.why : 'This picture carries no recipe.', TOLD_MS, offer)
}

/** Listens to the page's own copying and pasting: pictures where no text is meant. Returns what stops it. */
export function listenToClipboard(): () => void {
  const onCopy = (event: ClipboardEvent) => {
    const picture = generationOf(usePictures.getState(), primary(useCanvas.getState().selection))
    if (isText(event.target) || document.getSelection()?.isCollapsed === false || picture === undefined) return
    event.preventDefault()
    void copyPicture(picture.id)
  }
  const onPaste = (event: ClipboardEvent) => {
    if (isText(event.target)) return
    event.preventDefault()
    void pasteRecipe()
  }
  document.addEventListener('copy', onCopy)
  document.addEventListener('paste', onPaste)
  return () => {
    document.removeEventListener('copy', onCopy)
    document.removeEventListener('paste', onPaste)
  }
}

const isText = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement
