import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where the parts of the studio lie, given its own folder. */
export interface Places {
  readonly page: string
  readonly preload: string
  readonly engine: string
  /** The built command line. */
  readonly tim: string
  /** The process that reads and writes picture files. */
  readonly desk: string
  /** Folders of the models that come with the studio. */
  readonly embedded: readonly string[]
}

/**
 * `root`: the folder of package.json, or the archive it was packed into. Models need real files, so a packed studio has them
 * beside its archive. `TIM_STARTER` names another embedded model, for work on it.
 */
export function placesIn(root: string, resources: string, env: NodeJS.ProcessEnv): Places {
  const beside = join(resources, 'assets', 'starter')
  const starter = env['TIM_STARTER'] || (existsSync(beside) ? beside : join(root, 'assets', 'starter'))
  return {
    page: join(root, 'out', 'renderer'),
    preload: join(root, 'out', 'preload', 'index.cjs'),
    engine: join(root, 'out', 'engine', 'entry.js'),
    tim: join(root, 'out', 'cli', 'tim.js'),
    desk: join(root, 'out', 'engine', 'desk.js'),
    embedded: [starter],
  }
}
