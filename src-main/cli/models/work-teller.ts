import type { ModelNews } from '#shared/engine/models'
import type { Terminal } from '../terminal'
import { gigabytes } from './bytes'
import { StageBar } from './stage-bar'

const NAMES = { transformer: 'transformer', autoencoder: 'autoencoder', text: 'text encoder' } as const

/** Tells how a job on models goes. */
export class WorkTeller {
  private readonly bar: StageBar

  constructor(terminal: Terminal) {
    this.bar = new StageBar(terminal, '{bar} {percentage} % of {of} | {eta_formatted} left')
  }

  readonly hear = (news: ModelNews): void => {
    if (news.is === 'note') return this.bar.say(news.text)
    if (news.is !== 'doing') return
    this.bar.show(`${news.what} the ${NAMES[news.part]}`, news, { of: gigabytes(news.total) })
  }

  /** Nothing more will be told. */
  stop(): void {
    this.bar.stop()
  }
}
