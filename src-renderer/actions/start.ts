import type { Placed } from '#shared/schema/settings'
import { studio } from '../ipc/client'
import { fitPlaces, useCanvas } from '../state/canvas'
import { useEngine } from '../state/engine'
import { useHistory } from '../state/history'
import { useModels } from '../state/models'
import { showProblem } from '../state/problems'
import { useSettings } from '../state/settings'
import { followDevices } from './devices'
import { placeQueue, rememberDrawnSeed } from './draw'
import { reloadHistory } from './history'
import { keepSettings } from './keep-settings'
import { followModels } from './models'
import { listen } from './news'
import { generations } from './pictures'

/** Fetches what has to stand before the first paint: the settings. Then listens, and fetches the rest while the window shows. */
export async function startStudio(): Promise<void> {
  const settings = await studio.call('settings/get')
  if (settings.ok) useSettings.setState(settings.value)
  else showProblem('stage', settings.failure)
  const before = settings.ok ? settings.value.canvas.placed : []
  useCanvas.setState({ restoring: before.length > 0 })
  keepSettings()
  listen()
  void restoreCanvas(before)
  void loadModels()
  void loadEngine()
  void loadHistory()
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
  const [engine, queue] = await Promise.all([studio.call('engine/status'), studio.call('queue/list')])
  if (engine.ok) useEngine.setState({ engine: engine.value })
  if (!queue.ok) return
  useEngine.setState({ queue: queue.value })
  placeQueue()
}

async function loadHistory(): Promise<void> {
  await reloadHistory()
  const newest = useHistory.getState().rows[0]?.ids[0]
  const [picture] = newest === undefined ? [] : await generations([newest])
  if (picture !== undefined) rememberDrawnSeed(picture.recipe.seed)
}
