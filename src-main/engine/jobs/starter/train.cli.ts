import { starterFolders } from './folders'
import { openLatents } from './latents'
import { openPictures } from './pictures'
import { openTexts } from './texts'
import { TimBatches } from './tim-batches'
import { timConfig, timRun } from './tim-config'
import { trainDecoder } from './train-decoder'
import { trainEvaluator } from './train-evaluator'
import { trainTim } from './train-tim'

/**
 * `npm run starter:train [evaluator] [decoder] [tim]`: trains what is named, or all in this order. Each goes on where it stopped.
 * TIM_THREADS sets the threads (1); Ctrl-C saves and stops.
 */
const folders = starterFolders()
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
const threads = Number(process.env['TIM_THREADS'] ?? 1)
const how = { folder: folders.runs, threads, stop: stop.signal }
const trainings = {
  evaluator: () => trainEvaluator(openPictures(folders.data), { ...how, steps: 700 }),
  decoder: () => trainDecoder(folders.data, openPictures(folders.data), { ...how, steps: 1200 }),
  tim: () => {
    const batches = new TimBatches(openLatents(folders.data), openTexts(folders.data))
    return trainTim({ ...how, config: timConfig, run: timRun, batches })
  },
} as const
const named = process.argv.slice(2)
for (const [name, train] of Object.entries(trainings)) {
  if (named.length === 0 || named.includes(name)) {
    console.log(`training: ${name}`)
    await train()
  }
}
