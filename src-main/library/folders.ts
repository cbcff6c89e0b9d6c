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
  readonly models: string
  /** What text encoders made of prompts; may be deleted at any time. */
  readonly features: string
  /** Files of the hub until they are imported. */
  readonly downloads: string
}

export function foldersIn(root: string): Folders {
  return {
    root,
    database: join(root, 'library.sqlite'),
    backup: join(root, 'backup', 'library.sqlite'),
    pictures: join(root, 'pictures'),
    frames: join(root, 'frames'),
    models: join(root, 'models'),
    features: join(root, 'cache', 'features'),
    downloads: join(root, 'downloads'),
  }
}
