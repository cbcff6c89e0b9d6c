import { SingleBar } from 'cli-progress'
import type { ModelNews } from '#shared/engine/models'
import { gigabytes } from './bytes'
import type { Terminal } from '../terminal'

const NAMES = { transformer: 'transformer', autoencoder: 'autoencoder', text: 'text encoder' } as const

/** Tells how a job on models goes: a bar where somebody looks, a line for each new stage elsewhere. */
export class WorkTeller {
  private stage = ''
  private bar: SingleBar | undefined

  constructor(private readonly terminal: Terminal) {}

  readonly hear = (news: ModelNews): void => {
    if (news.is === 'note') return this.line(news.text)
    if (news.is !== 'doing') return
    const stage = `${news.what} the ${NAMES[news.part]}`
    if (stage !== this.stage) this.begin(stage, news.total)
    this.bar?.update(news.done, { of: gigabytes(news.total) })
  }

  /** Nothing more will be told. */
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
      format: `${stage} {bar} {percentage} % of {of} | {eta_formatted} left`,
      barCompleteChar: '█',
      barIncompleteChar: '·',
      barsize: 24,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
    })
    this.bar.start(Math.max(1, total), 0, { of: gigabytes(total) })
  }

  private line(text: string): void {
    this.stop()
    this.terminal.tell(text)
  }
}
