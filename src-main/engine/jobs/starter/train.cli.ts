import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { RandomStream } from '../../diffusion/noise/random-stream'
import type { Tensor } from '../../ir/tensor'
import { openTextEncoder } from '../../models/bert/encoder'
import { openTim, readTimWeights } from '../../models/tim/load'
import { timParameters } from '../../models/tim/parameters'
import { starterFolders } from './folders'
import { makeGeneratedLatents, openGeneratedLatents } from './generated-latents'
import { initialiseTim } from '../../models/tim/initialise'
import { openLayers } from './layers'
import { averageWeights, packModel } from './pack'
import { openPictures } from './pictures'
import { SceneSource } from './scene-source'
import { timConfig, timPhases, type Phase } from './tim-config'
import { finishDecoder, trainDecoder } from './train-decoder'
import { trainEvaluator } from './train-evaluator'
import { trainTim } from './train-tim'

/**
 * `npm run starter:train [evaluator] [decoder] [tim-flow] [tim-transition] [finish] [pack]`: does what is named, or all in this order.
 * Each training goes on where it stopped; `finish` shows the decoder what the network draws, `pack` writes the model folder (TIM_STARTER_OUT,
 * or assets/starter). `tim-longer-flow`, done only where it is named, is the transition phase without transitions, for comparison.
 * TIM_THREADS sets the threads (1); Ctrl-C saves and stops.
 */
const folders = starterFolders()
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
const threads = Number(process.env['TIM_THREADS'] ?? 1)
const how = { folder: folders.runs, threads, stop: stop.signal }

const stages = {
  evaluator: () => trainEvaluator(openPictures(folders.data), folders.base, { ...how, steps: 1500 }),
  decoder: () => trainDecoder(folders.data, folders.base, openPictures(folders.data), { ...how, steps: 900 }),
  'tim-flow': () => phase('tim-flow', firstWeights()),
  'tim-transition': () => phase('tim-transition', { folder: join(folders.runs, 'tim-flow') }),
  'tim-longer-flow': () => phase('tim-longer-flow', { folder: join(folders.runs, 'tim-flow') }),
  finish: async () => {
    const draws = { count: 4096, threads, random: new RandomStream(21), stop: stop.signal }
    await makeGeneratedLatents(folders, averageWeights(folders.runs, 'tim-transition'), draws)
    const generated = openGeneratedLatents(folders.data)
    await finishDecoder(folders.data, openPictures(folders.data), averageWeights(folders.runs, 'decoder'), generated, {
      ...how,
      steps: 1300,
    })
  },
  pack: () => packModel(folders, process.env['TIM_STARTER_OUT'] ?? join('assets', 'starter')),
} as const
const ONLY_NAMED = 'tim-longer-flow'

async function phase(name: Phase, from: Parameters<typeof trainTim>[0]['from']): Promise<void> {
  const text = await openTextEncoder(folders.text, { threads })
  const source = new SceneSource(openLayers(folders.data), text)
  const folder = join(folders.runs, name)
  await trainTim({ config: timConfig, settings: timPhases[name], source, folder, from, threads, stop: stop.signal })
  await text.release()
}

/** The network of the model that training goes on from, or a new one. */
function firstWeights(): Readonly<Record<string, Tensor<'f32'>>> {
  const known = join(folders.base, 'transformer')
  if (existsSync(known)) return readTimWeights(openTim(known))
  return initialiseTim(timParameters(timConfig, { projector: false }), new RandomStream(1))
}

const named = process.argv.slice(2)
for (const [name, work] of Object.entries(stages)) {
  if (stop.signal.aborted || (named.length > 0 ? !named.includes(name) : name === ONLY_NAMED)) continue
  console.log(`${name} …`)
  await work()
}
