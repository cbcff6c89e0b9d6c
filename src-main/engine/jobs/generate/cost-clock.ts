import type { Cost } from '#shared/engine/protocol'

/** Where the time of one picture goes, by a clock in milliseconds. */
export class CostClock {
  private readonly begun: number
  private networkMs = 0
  private framesMs = 0

  constructor(private readonly now: () => number) {
    this.begun = now()
  }

  async network<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly ms: number }> {
    const from = this.now()
    const result = await work()
    const ms = this.now() - from
    this.networkMs += ms
    return { result, ms }
  }

  async frame(work: () => Promise<void>): Promise<void> {
    const from = this.now()
    await work()
    this.framesMs += this.now() - from
  }

  /** Of a picture of so many steps and network passes. */
  cost({ steps, passes }: { readonly steps: number; readonly passes: number }): Cost {
    const tookMs = this.now() - this.begun
    return {
      tookMs,
      passMs: this.networkMs / passes,
      stepMs: this.framesMs / steps,
      onceMs: Math.max(0, tookMs - this.networkMs - this.framesMs),
    }
  }
}
