import type { TrainNews } from '../../engine/jobs/train/train-run'
import { progressBar, type Progress } from '../drawing/progress'
import type { Terminal } from '../terminal'

type StepReport = Extract<TrainNews, { is: 'step' }>['report']

/** Weight of the newest step in the loss that is shown: one batch says little. */
const NEWEST = 0.05

/** Tells how a training goes: a bar where somebody looks, else a line every few steps. */
export class StepTeller {
  private bar: Progress | undefined
  private loss: number | undefined
  private seconds = 0
  private counted = 0

  constructor(
    private readonly terminal: Terminal,
    private readonly steps: number,
    private readonly every: number,
  ) {}

  begin(step: number): void {
    this.bar = progressBar(this.terminal.screen, 'training', this.steps - step)
  }

  step({ step, loss, seconds, updated }: Pick<StepReport, 'step' | 'loss' | 'seconds' | 'updated'>): void {
    this.loss = this.loss === undefined ? loss : this.loss + NEWEST * (loss - this.loss)
    this.seconds += seconds
    this.counted++
    const pace = this.seconds / this.counted
    const left = duration((this.steps - step) * pace)
    const said = `step ${step} of ${this.steps}, loss ${this.loss.toFixed(4)}, ${pace.toFixed(2)} s a step`
    this.bar?.step(said)
    if (!updated) this.terminal.tell(`step ${step}: a gradient was not finite; the step was left out`)
    if (this.terminal.screen === undefined && (step % this.every === 0 || step === this.steps))
      this.terminal.tell(`${said}, ${left} left`)
  }

  stop(): void {
    this.bar?.stop()
    this.bar = undefined
  }
}

/** Seconds as a person says them: "40 s", "12 min", "3 h 5 min". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`
  const minutes = Math.round(seconds / 60)
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}
