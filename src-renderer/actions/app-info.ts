import type { RequestOutput } from '#shared/ipc/contract'
import { studio } from '../ipc/client'

/** Versions, and the folder in which everything is kept; undefined when main does not say. */
export async function appInfo(): Promise<RequestOutput<'app/info'> | undefined> {
  const answer = await studio.call('app/info')
  return answer.ok ? answer.value : undefined
}
