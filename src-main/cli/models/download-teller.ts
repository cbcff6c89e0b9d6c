import { SingleBar } from 'cli-progress'
import type { ErrandNews } from '#shared/engine/errand'
import type { Terminal } from '../terminal'
import { gigabytes } from './bytes'

const DOING = { fetching: 'fetching', checking: 'comparing checksums', importing: 'importing' } as const

/** Tells how a download goes: a bar with pace and remaining time where somebody looks, a line for each new stage elsewhere. */
export class DownloadTeller {
  private stage = ''
  private bar: SingleBar | undefined

  constructor(private readonly terminal: Terminal) {}

  hear(news: ErrandNews): void {
    if (news.is === 'note') {
      this.stop()
      this.terminal.tell(news.text)
    }
    if (news.is !== 'progress') return
    const { phase, what, done, total, rate, secondsLeft } = news.progress
    const stage = phase === 'importing' ? `${DOING[phase]}: ${what}` : DOING[phase]
    if (stage !== this.stage) this.begin(stage, total)
    const left = secondsLeft === null ? '' : ` | ${duration(secondsLeft)} left`
    const pace = rate === 0 ? '' : ` | ${(rate / 1e6).toFixed(1)} MB/s`
    this.bar?.update(done, { note: `${gigabytes(done)} of ${gigabytes(total)}${pace}${left}` })
  }

  /** Nothing more will be told for now. */
  stop(): void {
    this.bar?.stop()
    this.bar = undefined
    this.stage = ''
  }

  private begin(stage: string, total: number): void {
    this.stop()
    this.stage = stage
    const { screen } = this.terminal
    if (screen === undefined) return this.terminal.tell(total > 0 ? `${stage} (${gigabytes(total)})` : stage)
    this.bar = new SingleBar({
      stream: screen,
      format: `${stage} {bar} {percentage} % | {note}`,
      barCompleteChar: '█',
      barIncompleteChar: '·',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    })
    this.bar.start(Math.max(1, total), 0, { note: '' })
  }
}

/** Seconds as people say them. */
function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
