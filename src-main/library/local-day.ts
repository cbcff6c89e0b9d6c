/** The day on the user's own calendar, YYYY-MM-DD; `at` in milliseconds since 1970. */
export function localDay(at: number): string {
  const date = new Date(at)
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}
