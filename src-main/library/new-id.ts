import { randomBytes } from 'node:crypto'

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'

/** The time in the newest id of this process, or of the library that it opened. */
let newest = 0

/** Ids are made after this moment from now on: those that the library holds already are older, whatever the clock says. */
export function idsBeginAfter(time: number): void {
  newest = Math.max(newest, time)
}

/**
 * A new id: 10 digits of time (milliseconds) and 16 of chance in Crockford's base 32. Each is greater than the last, so that ids sort by
 * age: when the clock stands still or goes back, the time in them goes on by a millisecond. See shared/schema/id.ts for their form.
 */
export function newId(now: number = Date.now()): string {
  newest = Math.max(now, newest + 1)
  let time = ''
  for (let rest = newest, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = DIGITS.charAt(rest % 32) + time
  const chance = Array.from(randomBytes(16), (byte) => DIGITS.charAt(byte & 31)).join('')
  return time + chance
}
