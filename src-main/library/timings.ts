import { passesOf } from '#shared/schema/passes'
import type { Guidance, Recipe } from '#shared/schema/recipe'
import { timingRecord, type Estimate, type Timing } from '#shared/schema/timing'
import { readableRecords } from './record'
import type { Sqlite } from './sqlite'

/** Weight of the newest picture in the running mean: a change of load shows after a few pictures. */
const NEWEST = 0.3

/** What drawing costs on this machine, learned from every picture. */
export class TimingStore {
  constructor(private readonly db: Sqlite) {}

  /** Takes in what one picture cost. */
  learn(recipe: Recipe, cost: Pick<Timing, 'onceMs' | 'passMs' | 'stepMs'>, now: number): void {
    const { width, height, provider } = recipe
    const model = recipe.model.sha256
    this.db.transaction(() => {
      const row = this.db.get(
        `SELECT json FROM timings WHERE model = ? AND provider = ? AND width = ? AND height = ?`,
        model,
        provider,
        width,
        height,
      )
      const old = row && readableRecords(timingRecord, [row])[0]
      const mix = (key: 'onceMs' | 'passMs' | 'stepMs'): number => (old ? old[key] + NEWEST * (cost[key] - old[key]) : cost[key])
      const next: Timing = {
        version: 1,
        model,
        provider,
        width,
        height,
        onceMs: mix('onceMs'),
        passMs: mix('passMs'),
        stepMs: mix('stepMs'),
        samples: (old?.samples ?? 0) + 1,
        updatedAt: now,
      }
      this.db.run(
        `INSERT OR REPLACE INTO timings (model, provider, width, height, json) VALUES (?, ?, ?, ?, ?)`,
        model,
        provider,
        width,
        height,
        JSON.stringify(next),
      )
    })
  }

  /** All that was learned, the newest first. */
  all(): Timing[] {
    const known = readableRecords(timingRecord, this.db.all(`SELECT json FROM timings`))
    return known.sort((a, b) => b.updatedAt - a.updatedAt)
  }

  /**
   * What pictures will cost, in milliseconds. A size that was never drawn is judged by the nearest one that was, in proportion to
   * the area; nothing is said about a model that never drew.
   */
  estimate(wanted: {
    readonly model: string
    readonly width: number
    readonly height: number
    readonly steps: number
    readonly cfg: Guidance
    readonly count: number
  }): Estimate {
    const known = readableRecords(timingRecord, this.db.all(`SELECT json FROM timings WHERE model = ?`, wanted.model))
    const area = wanted.width * wanted.height
    const distance = (timing: Timing): number => Math.abs(Math.log((timing.width * timing.height) / area))
    const nearest = known.sort((a, b) => distance(a) - distance(b) || b.updatedAt - a.updatedAt)[0]
    if (nearest === undefined) return { learned: false }
    const scale = area / (nearest.width * nearest.height)
    const passMs = nearest.passMs * scale
    const pictureMs = nearest.onceMs + passesOf(wanted.steps, wanted.cfg) * passMs + wanted.steps * nearest.stepMs * scale
    return { learned: true, passMs, pictureMs, totalMs: pictureMs * wanted.count }
  }
}
