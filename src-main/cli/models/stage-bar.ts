import type { SingleBar } from 'cli-progress'
import { barOn } from '../bar'
import type { Terminal } from '../terminal'
import { gigabytes } from './bytes'

/** The stages of a job, one after the other: a bar for each where somebody looks, a line for each elsewhere. Counts are bytes. */
export class StageBar {
  private stage = ''
  private bar: SingleBar | undefined

  /** `format`: what stands behind the stage's name; it may name values of `show`. */
  constructor(
    private readonly terminal: Terminal,
    private readonly format: string,
  ) {}

  show(stage: string, { done, total }: { readonly done: number; readonly total: number }, values: Record<string, string>): void {
    if (stage !== this.stage) this.begin(stage, total, values)
    this.bar?.update(done, values)
  }

  /** A line of its own. */
  say(text: string): void {
    this.stop()
    this.terminal.tell(text)
  }

  /** Nothing more will be told for now. */
  stop(): void {
    this.bar?.stop()
    this.bar = undefined
    this.stage = ''
  }

  private begin(stage: string, total: number, values: Record<string, string>): void {
    this.stop()
    this.stage = stage
    const { screen } = this.terminal
    if (screen === undefined) return this.terminal.tell(total > 0 ? `${stage} (${gigabytes(total)})` : stage)
    this.bar = barOn(screen, `${stage} ${this.format}`)
    this.bar.start(Math.max(1, total), 0, values)
  }
}
