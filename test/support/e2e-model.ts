import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { writeTinyModel } from './tiny-model'

/** The model that comes with the studio, where it is built in. */
export const shippedModel = (): string | undefined => {
  const folder = resolve('assets', 'starter')
  return existsSync(join(folder, 'model.json')) ? folder : undefined
}

/**
 * A small model in a folder of its own, for flows in which the picture itself does not matter; `env` launches the studio with it,
 * on one thread, which is steadier on a busy machine. `remove` it in the end.
 */
export async function smallModel(): Promise<{ readonly env: Record<string, string>; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tim-model-'))
  await writeTinyModel(folder)
  return { env: { TIM_STARTER: folder, TIM_THREADS: '1' }, remove: () => rm(folder, { recursive: true, force: true }) }
}
