import type { DownloadProgress } from '#shared/schema/download'
import type { ModelWork } from '#shared/schema/model-work'
import { byteSize } from '../../words/dimensions'
import { about } from '../../words/duration'

/** The part that is done, 0…1; 0 while it cannot be told. */
export function shareOf(progress: DownloadProgress | null): number {
  return progress === null || progress.total === 0 ? 0 : Math.min(1, progress.done / progress.total)
}

const VERBS = { import: 'Importing', verify: 'Checking', remove: 'Removing' } as const

/** "Importing 43 %", or without a number while nobody can tell. */
export function workTitle(work: Extract<ModelWork, { is: 'running' }>): string {
  return withPercent(VERBS[work.work], work.progress)
}

const PHASES = { fetching: 'Downloading', checking: 'Checking', importing: 'Importing' } as const

/** "Downloading 12 %". */
export function downloadTitle(progress: DownloadProgress | null): string {
  return progress === null ? 'Beginning' : withPercent(PHASES[progress.phase], progress)
}

function withPercent(verb: string, progress: DownloadProgress | null): string {
  return progress === null || progress.total === 0 ? verb : `${verb} ${Math.floor(shareOf(progress) * 100)} %`
}

/** What is at work, how fast, and how long still: "t2i_model.bin · 1.2 of 3.5 GB · 24 MB/s · about 2 min". */
export function progressWords(progress: DownloadProgress | null): string {
  if (progress === null) return ''
  const { what, done, total, rate, secondsLeft } = progress
  return [
    what,
    total > 0 ? `${byteSize(done)} of ${byteSize(total)}` : '',
    rate > 0 ? `${byteSize(rate)}/s` : '',
    secondsLeft === null ? '' : about(secondsLeft * 1000),
  ]
    .filter((word) => word !== '')
    .join(' · ')
}
