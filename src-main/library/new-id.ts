import { randomBytes } from 'node:crypto'

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * A new id: 10 digits of time (milliseconds) and 16 of chance in Crockford's base 32, so that ids sort by age.
 * See shared/schema/id.ts for their form.
 */
export function newId(now: number = Date.now()): string {
  let time = ''
  for (let rest = now, i = 0; i < 10; i++, rest = Math.floor(rest / 32)) time = DIGITS.charAt(rest % 32) + time
  const chance = Array.from(randomBytes(16), (byte) => DIGITS.charAt(byte & 31)).join('')
  return time + chance
}
