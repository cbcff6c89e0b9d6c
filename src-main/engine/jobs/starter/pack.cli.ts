import { join } from 'node:path'
import { starterFolders } from './folders'
import { packModel } from './pack'

/** `starter-pack [FOLDER]`: the model folder from the trainings' checkpoints; by default assets/starter of the working folder. */
await packModel(starterFolders(), process.argv[2] ?? join('assets', 'starter'))
