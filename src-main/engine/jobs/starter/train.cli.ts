import { join } from 'node:path'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { starterFolders } from './folders'
import { makeGeneratedLatents, openGeneratedLatents } from './generated-latents'
import { openLatents } from './latents'
import { averageWeights, packModel } from './pack'
import { openPictures } from './pictures'
import { openTexts } from './texts'
import { TimBatches } from './tim-batches'
import { timConfig, timRun } from './tim-config'
import { finishDecoder, trainDecoder } from './train-decoder'
import { trainEvaluator } from './train-evaluator'
import { trainTim } from './train-tim'

/**
 * `npm run starter:train [evaluator] [decoder] [tim] [finish] [pack]`: does what is named, or all in this order. Each training goes
 * on where it stopped; `finish` shows the decoder what the network draws, `pack` writes the model folder assets/starter.
 * TIM_THREADS sets the threads (1); Ctrl-C saves and stops.
 */
const folders = starterFolders()
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
const threads = Number(process.env['TIM_THREADS'] ?? 1)
const how = { folder: folders.runs, threads, stop: stop.signal }

const stages = {
  evaluator: () => trainEvaluator(openPictures(folders.data), { ...how, steps: 1600 }),
  decoder: () => trainDecoder(folders.data, openPictures(folders.data), { ...how, steps: 1200 }),
  tim: () => {
    const batches = new TimBatches(openLatents(folders.data), openTexts(folders.data))
    return trainTim({ ...how, config: timConfig, run: timRun, batches })
  },
  finish: async () => {
    const draws = { rounds: 3, threads, random: new RandomStream(21), stop: stop.signal }
    await makeGeneratedLatents(
      folders.data,
      averageWeights(folders.runs, 'tim'),
      openLatents(folders.data),
      openTexts(folders.data),
      draws,
    )
    const generated = openGeneratedLatents(folders.data)
    await finishDecoder(folders.data, openPictures(folders.data), averageWeights(folders.runs, 'decoder'), generated, {
      ...how,
      steps: 1300,
    })
  },
  pack: () => packModel(folders, join('assets', 'starter')),
} as const

const named = process.argv.slice(2)
for (const [name, work] of Object.entries(stages)) {
  if (stop.signal.aborted || (named.length > 0 && !named.includes(name))) continue
  console.log(`${name} …`)
  await work()
}
