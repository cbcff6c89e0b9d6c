import type { RequestInput } from '#shared/ipc/contract'
import type { Generation } from '#shared/schema/generation'
import type { ImageId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import type { DraftStart } from '#shared/schema/settings'
import { extended, isExtended, NO_EXTENSION, sizeUpon } from '#shared/schema/start-place'
import { framed, type FrameSide } from '../canvas/kernels/extend'
import { bounds } from '../canvas/kernels/geometry'
import { gapFor } from '../canvas/kernels/layout'
import { studio } from '../ipc/client'
import { fitAreas, useCanvas } from '../state/canvas'
import { forgetMask, useMask } from '../state/mask'
import { chosenModel, useModels } from '../state/models'
import { closeProblem, showProblem } from '../state/problems'
import { patchDraft, useSettings } from '../state/settings'
import { frameOf } from '../state/start-frame'

/** How much of a whole picture is drawn anew to begin with, and of a part of one. */
const STRENGTH = { whole: 0.6, part: 1 }
const FEATHER = 8

/** Draws upon a picture of the canvas or the history from now on, or upon one of its states. */
export async function startFromPicture({ id }: Pick<Generation, 'id'>, image?: ImageId): Promise<void> {
  const place = useCanvas.getState().placed.find((item) => item.id === id)
  await begin(image === undefined ? { image: id as string as ImageId } : { image }, place)
}

/** Draws upon a picture file that was dropped. */
export async function startFromFiles(files: readonly File[]): Promise<void> {
  const dropped = await studio.dropped(files)
  if (!dropped.ok) return showProblem('start', dropped.failure)
  const [path] = dropped.value.paths
  if (path !== undefined) await begin({ path })
}

/** Draws upon a picture file of which main knows already. */
export async function startFromPath(path: string): Promise<void> {
  await begin({ path })
}

/** Lets the artist choose a picture file to draw upon. */
export async function chooseStart(): Promise<void> {
  const chosen = await studio.call('models/choose', { what: 'files' })
  if (!chosen.ok) return showProblem('start', chosen.failure)
  const [path] = chosen.value.paths
  if (path !== undefined) await begin({ path })
}

/** Draws upon what a recipe draws upon. */
export async function recallStart({ start, width, height }: Recipe): Promise<void> {
  if (start === undefined) return
  const kept = await studio.call('start/keep', { picture: start.picture })
  if (!kept.ok) return showProblem('start', kept.failure)
  const { place, strength, feather, mask = null } = start
  const scale = place.width / kept.value.width
  const covers = place.x <= 0 && place.y <= 0 && place.x + place.width >= width && place.y + place.height >= height
  const added = (pixels: number): number => Math.max(0, Math.round(pixels / scale))
  const extension = covers
    ? NO_EXTENSION
    : {
        left: added(place.x),
        top: added(place.y),
        right: added(width - place.x - place.width),
        bottom: added(height - place.y - place.height),
      }
  forgetMask()
  patchDraft({ start: { picture: kept.value, strength, mask, feather, extension, at: freeSpot() } })
}

export function clearStart(): void {
  useMask.setState({ tool: undefined })
  forgetMask()
  closeProblem('start')
  patchDraft({ start: null })
}

export function patchStart(patch: Partial<DraftStart>): void {
  const { start } = useSettings.getState().draft
  if (start === null) return
  const next = { ...start, ...patch }
  const [was, is] = [isPart(start), isPart(next)]
  // A part is drawn from nothing at first, a whole picture is not: unless the artist has set something else.
  const untouched = start.strength === STRENGTH[was ? 'part' : 'whole'] && patch.strength === undefined
  patchDraft({ start: was !== is && untouched ? { ...next, strength: STRENGTH[is ? 'part' : 'whole'] } : next })
}

/** Whether only a part of the picture that is drawn is new. */
export function isPart({ mask, extension }: Pick<DraftStart, 'mask' | 'extension'>): boolean {
  return mask !== null || isExtended(extension)
}

/** Moves a side of the frame to `pixels` away from the picture. */
export function extendFrame(side: FrameSide, pixels: number): void {
  const { draft } = useSettings.getState()
  const model = chosenModel(useModels.getState().models, draft.model)
  if (draft.start === null || model === undefined) return
  const extension = framed(draft.start.picture, draft.start.extension, side, pixels, model)
  patchStart({ extension })
  patchDraft({ size: { ...sizeUpon(extended(draft.start.picture, extension), model) } })
}

/** Brings the whole frame into sight. */
export function showFrame(): void {
  const { start } = useSettings.getState().draft
  if (start !== null) fitAreas([frameOf(start)])
}

async function begin(what: RequestInput<'start/keep'>, at?: { readonly x: number; readonly y: number }): Promise<void> {
  closeProblem('start')
  const kept = await studio.call('start/keep', what)
  if (!kept.ok) return showProblem('start', kept.failure)
  const { draft } = useSettings.getState()
  const model = chosenModel(useModels.getState().models, draft.model)
  forgetMask()
  const spot = at === undefined ? freeSpot() : { x: at.x, y: at.y }
  const start = { picture: kept.value, strength: STRENGTH.whole, mask: null, feather: FEATHER, extension: NO_EXTENSION, at: spot }
  patchDraft({ start, ...(model && { size: { ...sizeUpon(kept.value, model) } }) })
  useMask.setState({ size: Math.max(4, Math.round(Math.max(kept.value.width, kept.value.height) / 8)) })
  fitAreas([frameOf(start)])
}

/** Below everything that lies on the canvas. */
function freeSpot(): { readonly x: number; readonly y: number } {
  const taken = bounds<'canvas'>(useCanvas.getState().placed)
  return taken === undefined ? { x: 0, y: 0 } : { x: taken.x, y: taken.y + taken.height + gapFor(taken) }
}
