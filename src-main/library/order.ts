/** Crockford's digits, in which ids begin with their time. */
const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz'

/** The moment in an id's first ten characters, in milliseconds since 1970; 0 for a text that is no id. */
export function timeIn(id: string): number {
  let time = 0
  for (const digit of id.slice(0, 10)) time = time * 32 + DIGITS.indexOf(digit)
  return Number.isSafeInteger(time) && time >= 0 && time < 8.64e15 ? time : 0
}

/** Pictures that may have been begun in the same millisecond, by several processes. */
const PER_MILLISECOND = 2048

/** Where a picture of this id stands among all: ids are made in ascending order, also when the clock goes back (new-id.ts). */
export const orderOf = (id: string): number => timeIn(id) * PER_MILLISECOND
