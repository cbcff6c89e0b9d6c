import { join } from 'node:path'
import { starterFolders } from './folders'
import { makeLayers } from './layers'
import { makeEncoder } from './latents'
import { makePictures, openPictures } from './pictures'
import { makeTextEncoder } from './text-encoder'

/** `npm run starter:data`: everything the trainings read, in TIM_HOME/starter. What is there stays. */
const folders = starterFolders()
const log = (line: string): void => console.log(line)
const threads = Number(process.env['TIM_THREADS'] ?? 2)
await makePictures(folders.data, log)
await makeTextEncoder(folders.text, join(folders.root, 'downloads'), log)
const pictures = openPictures(folders.data)
await makeEncoder(folders.data, folders.base, pictures, threads, log)
await makeLayers(folders.data, pictures, threads, log)
