/** How fast bytes have come of late, and how long the rest will take. */
export interface Pace {
  /** Bytes per second; 0 while unknown. */
  readonly rate: number
  /** Null while it cannot be told. */
  readonly secondsLeft: number | null
}

/** Seconds over which the rate is taken: long enough not to flicker, short enough to follow a change. */
const WINDOW = 10

/** Measures the pace of something that grows towards a total. `now` in milliseconds. */
export class ProgressMeter {
  private readonly seen: { readonly at: number; readonly done: number }[] = []

  /** Notes how much is done, and says how it goes. What was done before the first note is no part of the pace. */
  note(now: number, done: number, total: number): Pace {
    // What has to be done again makes the past worthless.
    if (done < (this.seen.at(-1)?.done ?? 0)) this.seen.length = 0
    this.seen.push({ at: now, done })
    while (this.seen.length > 2 && now - (this.seen[1]?.at ?? now) >= WINDOW * 1000) this.seen.shift()
    const [first] = this.seen
    const seconds = (now - (first?.at ?? now)) / 1000
    const rate = seconds < 0.5 ? 0 : (done - (first?.done ?? done)) / seconds
    return { rate, secondsLeft: rate > 0 ? Math.max(0, total - done) / rate : done >= total ? 0 : null }
  }
}
