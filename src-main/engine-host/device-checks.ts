import { runErrand } from './errand-host'
import type { Fork } from './engine-process'

/** A driver that hangs is given up after this time. */
const PATIENCE_MS = 180_000

/** Each may end its process once; then its verdict is known. */
const MOST_CRASHES = 4

/**
 * Has the providers of this machine tested that have not been since its drivers changed, in a process of its own. Verdicts go to `file`.
 * Resolves to whether one was found that works. Never rejects.
 */
export async function checkDevices(fork: Fork, file: string, stop: AbortSignal): Promise<boolean> {
  let found = false
  for (let crashes = 0; crashes < MOST_CRASHES && !stop.aborted; crashes++) {
    const signal = AbortSignal.any([stop, AbortSignal.timeout(PATIENCE_MS)])
    const ending = await runErrand(
      fork,
      { kind: 'check-devices', file },
      (news) => {
        if (news.is === 'tested' && news.provider !== 'cpu' && news.works) found = true
      },
      signal,
    )
    if (ending.is === 'finished') break
  }
  return found
}
