import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeTinyModel } from './tiny-model'

/**
 * A small model in a folder of its own, for flows in which the picture itself does not matter; `env` launches the studio with it,
 * on one thread, which is steadier on a busy machine. `remove` it in the end.
 */
export async function smallModel(): Promise<{ readonly env: Record<string, string>; readonly remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'tim-model-'))
  await writeTinyModel(folder)
  return { env: { TIM_STARTER: folder, TIM_THREADS: '1' }, remove: () => rm(folder, { recursive: true, force: true }) }
}
