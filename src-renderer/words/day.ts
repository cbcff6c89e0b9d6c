/** Days between the local midnights of two moments; daylight saving does not matter, as calendar dates are compared. */
function daysBefore(then: Date, now: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate())
  return Math.round((midnight(now) - midnight(then)) / 86_400_000)
}

/** The heading under which something made at `createdAt` (ms since 1970) stands: Today, Yesterday, a weekday, then a date. */
export function dayHeading(createdAt: number, now: number, locale = 'en-GB'): string {
  const then = new Date(createdAt)
  const today = new Date(now)
  const days = daysBefore(then, today)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days < 7) return then.toLocaleDateString(locale, { weekday: 'long' })
  const sameYear = then.getFullYear() === today.getFullYear()
  return then.toLocaleDateString(locale, { day: 'numeric', month: 'long', ...(sameYear ? {} : { year: 'numeric' }) })
}

/** The time of day: "14:05". */
export function timeOfDay(createdAt: number, locale = 'en-GB'): string {
  return new Date(createdAt).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })
}
