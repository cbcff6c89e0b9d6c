import type { RequestOutput } from '#shared/ipc/contract'
import type { Failure } from '#shared/ipc/failure'
import { studio } from '../ipc/client'

/** Versions, and the folder in which everything is kept; undefined when main does not say. */
export async function appInfo(): Promise<RequestOutput<'app/info'> | undefined> {
  const answer = await studio.call('app/info')
  return answer.ok ? answer.value : undefined
}

/** Opens a folder in the system's file manager; what went wrong. */
export async function openFolder(which: 'data' | 'output'): Promise<Failure | undefined> {
  const answer = await studio.call('app/open-folder', { which })
  return answer.ok ? undefined : answer.failure
}
