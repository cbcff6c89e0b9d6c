import { readFileSync, writeFileSync } from 'node:fs'

/** Whether memory can be measured here: Linux tells the highest size of a process and begins anew when asked. */
export const canMeasure = process.platform === 'linux'

const inStatus = (field: string): number =>
  1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'utf8'))?.[1])

/** Size after the last collection of garbage: one takes longer than a round, so it is done when there is something to collect. */
let clean = 0

/** Bytes by which this process (`node --expose-gc`) grew at most while `action` ran; 0 where that cannot be told. */
export function growth(action: () => void): number {
  if (!canMeasure) {
    action()
    return 0
  }
  if (inStatus('VmRSS') > clean + 1024 * 1024) {
    globalThis.gc?.()
    clean = inStatus('VmRSS')
  }
  // Sets the highest size so far back to the present one.
  writeFileSync('/proc/self/clear_refs', '5')
  const before = inStatus('VmRSS')
  action()
  return inStatus('VmHWM') - before
}
