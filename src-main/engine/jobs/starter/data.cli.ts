import { starterFolders } from './folders'
import { makeEncoder, makeLatents } from './latents'
import { makePictures, openPictures } from './pictures'
import { makeTextEncoder } from './text-encoder'
import { makeTexts } from './texts'
import { join } from 'node:path'

/** `npm run starter:data`: everything the trainings read, in TIM_HOME/starter. What is there stays. */
const folders = starterFolders()
const log = (line: string): void => console.log(line)
const threads = Number(process.env['TIM_THREADS'] ?? 2)
await makePictures(folders.data, log)
await makeTextEncoder(folders.text, join(folders.root, 'downloads'), log)
const pictures = openPictures(folders.data)
await makeEncoder(folders.data, pictures, threads, log)
await makeLatents(folders.data, pictures, threads, log)
await makeTexts(folders.data, folders.text, threads, log)
