import { homedir } from 'node:os'
import { join } from 'node:path'

const STUDIO = 'TiM Studio'

/**
 * The studio's data folder, the same for the app and the command line: `TIM_HOME`, else where Electron keeps user data.
 */
export function dataFolder(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): string {
  const chosen = env['TIM_HOME']
  if (chosen !== undefined && chosen !== '') return chosen
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), STUDIO)
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', STUDIO)
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), STUDIO)
}

/** Where things lie inside the data folder. */
export interface Folders {
  readonly root: string
  readonly database: string
  readonly backup: string
  /** `pictures/YYYY-MM/<generation>.png` */
  readonly pictures: string
  /** `frames/<generation>/<index>.png` */
  readonly frames: string
  /** `states/<generation>/<index>.f16`; may be deleted at any time. */
  readonly states: string
  /** Small pictures for lists; may be deleted at any time. */
  readonly thumbnails: string
  /** Copies under readable names that were dragged out last. */
  readonly lent: string
  /** Deleted pictures that the system's trash did not take. */
  readonly trash: string
  /** Latents whose pictures were never written. */
  readonly unfinished: string
  /** Pictures that recipes start from, and their masks, by content. */
  readonly starts: string
  readonly models: string
  /** `adapters/NAME/`: PEFT's two files and adapter.json. */
  readonly adapters: string
  /** Which providers work on this machine. */
  readonly devices: string
  /** What text encoders made of prompts; may be deleted at any time. */
  readonly features: string
  /** `runs/<name>`: checkpoints, log and previews of a training. */
  readonly runs: string
  /** Pictures and captions of trainings, encoded; may be deleted at any time. */
  readonly encoded: string
  /** Files of the hub until they are imported. */
  readonly downloads: string
  /** `lab/<experiment>-<settings>`: what experiments measured. */
  readonly lab: string
}

export function foldersIn(root: string): Folders {
  return {
    root,
    database: join(root, 'library.sqlite'),
    backup: join(root, 'backup', 'library.sqlite'),
    pictures: join(root, 'pictures'),
    frames: join(root, 'frames'),
    states: join(root, 'states'),
    thumbnails: join(root, 'cache', 'thumbnails'),
    lent: join(root, 'cache', 'lent'),
    trash: join(root, 'trash'),
    unfinished: join(root, 'unfinished'),
    starts: join(root, 'starts'),
    models: join(root, 'models'),
    adapters: join(root, 'adapters'),
    devices: join(root, 'devices.json'),
    features: join(root, 'cache', 'features'),
    runs: join(root, 'runs'),
    encoded: join(root, 'cache', 'encoded'),
    downloads: join(root, 'downloads'),
    lab: join(root, 'lab'),
  }
}
