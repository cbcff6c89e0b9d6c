import { studio } from '../ipc/client'

/** Bytes that the states of paths take on disk; undefined where main cannot tell. */
export async function statesUse(): Promise<number | undefined> {
  const answer = await studio.call('states/use')
  return answer.ok ? answer.value.bytes : undefined
}
