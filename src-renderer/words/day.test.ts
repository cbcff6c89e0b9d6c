import { expect, it } from 'vitest'
import { dayHeading, timeOfDay } from './day'

const at = (year: number, month: number, day: number, hour = 12, minute = 0) =>
  new Date(year, month - 1, day, hour, minute).getTime()
const now = at(2026, 3, 30, 0, 5)

it.each([
  [at(2026, 3, 30, 0, 1), 'Today'],
  [at(2026, 3, 31), 'Today'], // a clock that was set back
  [at(2026, 3, 29, 23, 59), 'Yesterday'],
  [at(2026, 3, 29, 0, 0), 'Yesterday'], // the day that is 23 hours long in Europe
  [at(2026, 3, 27), 'Friday'],
  [at(2026, 3, 23), '23 March'],
  [at(2025, 3, 30), '30 March 2025'],
])('heads %d with %s', (createdAt, heading) => {
  expect(dayHeading(createdAt, now)).toBe(heading)
})

it('says the time of day in 24 hours', () => {
  expect(timeOfDay(at(2026, 3, 30, 14, 5))).toBe('14:05')
})
