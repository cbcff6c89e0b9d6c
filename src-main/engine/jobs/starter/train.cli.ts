import { starterFolders } from './folders'
import { timRun } from './tim-config'
import { trainTim } from './train-tim'

/** `npm run starter:train`: goes on where it stopped. TIM_THREADS sets the threads (1). */
const folders = starterFolders()
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
await trainTim(folders.data, folders.runs, timRun, Number(process.env['TIM_THREADS'] ?? 1), stop.signal)
