import type { FormingPicture } from '#shared/ipc/events'
import type { Placed } from '#shared/schema/settings'
import { studio } from '../ipc/client'
import { fitPlaces, useCanvas } from '../state/canvas'
import { useEngine } from '../state/engine'
import { useHistory } from '../state/history'
import { useModels } from '../state/models'
import { showProblem } from '../state/problems'
import { usePictures } from '../state/pictures'
import { useSettings } from '../state/settings'
import { followDevices } from './devices'
import { placeQueue, rememberDrawnSeed } from './draw'
import { reloadHistory } from './history'
import { keepSettings } from './keep-settings'
import { listenToClipboard } from './exchange'
import { lookAtLibrary } from './library'
import { followModels } from './models'
import { followDraft } from './live'
import { listen } from './news'
import { generations } from './pictures'

/** The disk is looked at once the window stands. */
const LOOK_AFTER_MS = 3000

/** Fetches what has to stand before the first paint: the settings. Then listens, and fetches the rest while the window shows. */
export async function startStudio(): Promise<void> {
  const settings = await studio.call('settings/get')
  if (settings.ok) useSettings.setState(settings.value)
  else showProblem('stage', settings.failure)
  const before = settings.ok ? settings.value.canvas.placed : []
  useCanvas.setState({ restoring: before.length > 0 })
  keepSettings()
  listen()
  followDraft()
  void restoreCanvas(before)
  void loadModels()
  void loadEngine()
  void loadHistory()
  setTimeout(() => void lookAtLibrary(), LOOK_AFTER_MS)
  listenToClipboard()
  void followModels()
  void followDevices()
}

/** Puts the pictures back where they lay. What was deleted meanwhile is left out. */
async function restoreCanvas(before: readonly Placed[]): Promise<void> {
  const pictures = await generations(before.map(({ id }) => id))
  const still = new Set(pictures.map(({ id }) => id))
  useCanvas.setState(({ placed, selection }) => {
    const there = new Set(placed.map(({ id }) => id))
    const back = before.filter(({ id }) => still.has(id) && !there.has(id))
    const last = back.at(-1)
    return {
      restoring: false,
      placed: [...back, ...placed],
      selection: selection.length > 0 || last === undefined ? selection : [last.id],
    }
  })
  fitPlaces()
}

async function loadModels(): Promise<void> {
  const answer = await studio.call('models/list')
  if (answer.ok) useModels.setState({ models: answer.value })
  else showProblem('model', answer.failure)
}

async function loadEngine(): Promise<void> {
  const [engine, queue, forming] = await Promise.all([
    studio.call('engine/status'),
    studio.call('queue/list'),
    studio.call('queue/forming'),
  ])
  if (engine.ok) useEngine.setState({ engine: engine.value })
  if (!queue.ok) return
  useEngine.setState({ queue: queue.value })
  if (forming.ok && forming.value !== null) takeUp(forming.value)
  placeQueue()
}

/** A picture that was forming before this window was there, with the states it has come through. */
function takeUp({ job, generation, picture, done, steps, frames }: FormingPicture): void {
  usePictures.setState(({ forming }) => {
    if ((forming[generation]?.done ?? 0) > done) return {}
    return { forming: { ...forming, [generation]: { generation, job, picture, done, of: steps, frames } } }
  })
}

async function loadHistory(): Promise<void> {
  await reloadHistory()
  const newest = useHistory.getState().rows[0]?.ids[0]
  const [picture] = newest === undefined ? [] : await generations([newest])
  if (picture !== undefined) rememberDrawnSeed(picture.recipe.seed)
}
