import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the embedded model is made: TIM_HOME/starter, all of it rebuildable. */
export interface StarterFolders {
  readonly root: string
  /** Renders and latents. */
  readonly data: string
  /** The text encoder as shipped. */
  readonly text: string
  /** Checkpoints and logs of each training. */
  readonly runs: string
  /** The model whose autoencoder, evaluator and network training goes on from: TIM_STARTER_BASE, or the embedded one. */
  readonly base: string
}

/** The folders below TIM_HOME, or below ~/.cache/tim-studio where it is not set: making the model is a developer's job. */
export function starterFolders(): StarterFolders {
  const root = join(process.env['TIM_HOME'] ?? join(homedir(), '.cache', 'tim-studio'), 'starter')
  const base = process.env['TIM_STARTER_BASE'] ?? join('assets', 'starter')
  return { root, data: join(root, 'data'), text: join(root, 'text'), runs: join(root, 'runs'), base }
}
