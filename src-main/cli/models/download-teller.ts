import type { ErrandNews } from '#shared/engine/errand'
import type { Terminal } from '../terminal'
import { gigabytes } from './bytes'
import { StageBar } from './stage-bar'

const DOING = { fetching: 'fetching', checking: 'comparing checksums', importing: 'importing' } as const

/** Tells how a download goes, with its pace and the time that is left. */
export class DownloadTeller {
  private readonly bar: StageBar

  constructor(terminal: Terminal) {
    this.bar = new StageBar(terminal, '{bar} {percentage} % | {note}')
  }

  hear(news: ErrandNews): void {
    if (news.is === 'note') return this.bar.say(news.text)
    if (news.is !== 'progress') return
    const { phase, what, done, total, rate, secondsLeft } = news.progress
    const stage = phase === 'importing' ? `${DOING[phase]}: ${what}` : DOING[phase]
    const left = secondsLeft === null ? '' : ` | ${duration(secondsLeft)} left`
    const pace = rate === 0 ? '' : ` | ${(rate / 1e6).toFixed(1)} MB/s`
    this.bar.show(stage, news.progress, { note: `${gigabytes(done)} of ${gigabytes(total)}${pace}${left}` })
  }

  /** Nothing more will be told for now. */
  stop(): void {
    this.bar.stop()
  }
}

/** Seconds as people say them. */
function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}
