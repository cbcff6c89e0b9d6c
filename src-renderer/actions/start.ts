import type { Placed } from '#shared/schema/settings'
import { studio } from '../ipc/client'
import { fitPlaces, useCanvas } from '../state/canvas'
import { useEngine } from '../state/engine'
import { useHistory } from '../state/history'
import { useModels } from '../state/models'
import { rememberGenerations, usePictures } from '../state/pictures'
import { showProblem } from '../state/problems'
import { useSettings } from '../state/settings'
import { placeQueue, rememberDrawnSeed } from './draw'
import { reloadHistory } from './history'
import { keepSettings } from './keep-settings'
import { listen } from './news'

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
}

/** Puts the pictures back where they lay. What was deleted meanwhile is left out. */
async function restoreCanvas(before: readonly Placed[]): Promise<void> {
  const answers = await Promise.all(before.map(({ id }) => studio.call('history/get', { id })))
  const pictures = answers.flatMap((answer) => (answer.ok ? [answer.value] : []))
  rememberGenerations(pictures)
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
  const seed = newest === undefined ? undefined : usePictures.getState().made[newest]?.recipe.seed
  if (seed !== undefined) rememberDrawnSeed(seed)
}
