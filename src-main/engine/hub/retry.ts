import { setTimeout as sleep } from 'node:timers/promises'
import { Passing } from './hub-error'
import type { Silence } from './guarded-fetch'

/** How patient a download is, in milliseconds. */
export interface Patience extends Silence {
  /** Attempts in a row that brought nothing, after which it is given up. */
  readonly attempts: number
  /** Before the second attempt; doubles with each. */
  readonly pauseMs: number
  /** The longest pause, also when a server asks for more. */
  readonly longestPauseMs: number
}

export const patience: Patience = { attempts: 6, pauseMs: 1000, longestPauseMs: 120_000, silenceMs: 45_000 }

/**
 * Repeats what fails for a passing reason, with growing pauses, or as long as the server asks for. An attempt that got somewhere
 * (`progressed` tells) counts as the first. Throws the last failure, any other error at once, or the signal's reason.
 */
export async function persist<T>(
  patience: Patience,
  signal: AbortSignal | undefined,
  attempt: () => Promise<T>,
  progressed: () => boolean = () => false,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await attempt()
    } catch (error) {
      if (!(error instanceof Passing)) throw error
      if (progressed()) failures = 1
      if (failures >= patience.attempts) throw error
      const pause = Math.max(error.afterMs, patience.pauseMs * 2 ** (failures - 1))
      await sleep(Math.min(pause, patience.longestPauseMs), undefined, signal ? { signal } : {}).catch(() => undefined)
      signal?.throwIfAborted()
    }
  }
}
