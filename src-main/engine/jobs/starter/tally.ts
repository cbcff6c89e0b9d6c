/** Running means of named numbers, since they were last taken. */
export class Tally {
  private readonly sums = new Map<string, { sum: number; count: number }>()

  add(name: string, value: number): void {
    const known = this.sums.get(name) ?? { sum: 0, count: 0 }
    this.sums.set(name, { sum: known.sum + value, count: known.count + 1 })
  }

  /** The means, rounded for a log, and a fresh start. */
  take(): Record<string, number> {
    const means = Object.fromEntries([...this.sums].map(([name, { sum, count }]) => [name, Number((sum / count).toFixed(5))]))
    this.sums.clear()
    return means
  }
}
