/** A length of time in two significant figures: "0.08 s", "1.4 s", "12 s", "3 min 20 s", "2 h 5 min". */
export function duration(ms: number): string {
  const seconds = ms / 1000
  if (seconds < 0.005) return '0 s'
  if (seconds < 0.0995) return `${seconds.toFixed(2)} s`
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  if (seconds < 99.5) return `${Math.round(seconds)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 10) return joined(minutes, 'min', Math.round((seconds - 60 * minutes) / 10) * 10, 's', 60)
  if (minutes < 60) return `${Math.round(seconds / 60)} min`
  const hours = Math.floor(minutes / 60)
  return joined(hours, 'h', Math.round((minutes - 60 * hours) / 5) * 5, 'min', 60)
}

/** An expected length of time, marked as such: "about 12 s". */
export function about(ms: number): string {
  return `about ${duration(ms)}`
}

function joined(large: number, largeUnit: string, small: number, smallUnit: string, carry: number): string {
  if (small === 0) return `${large} ${largeUnit}`
  if (small === carry) return `${large + 1} ${largeUnit}`
  return `${large} ${largeUnit} ${small} ${smallUnit}`
}
