import type { RequestInput } from '#shared/ipc/contract'
import type { MemoryNeed } from '#shared/schema/memory'
import { studio } from '../ipc/client'

/** The time that one picture and all of them will take here, in ms; undefined when nothing like it was drawn on this machine yet. */
export async function expectedTime(
  what: RequestInput<'estimate/time'>,
): Promise<{ pictureMs: number; totalMs: number } | undefined> {
  const answer = await studio.call('estimate/time', what)
  return answer.ok && answer.value.learned ? answer.value : undefined
}

/** The memory that a picture will take here; undefined where nobody can tell. */
export async function memoryNeed(what: RequestInput<'estimate/memory'>): Promise<MemoryNeed | undefined> {
  const answer = await studio.call('estimate/memory', what)
  return answer.ok ? answer.value : undefined
}
