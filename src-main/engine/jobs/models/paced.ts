import type { ModelNews, TellModels } from '#shared/engine/models'

/** Progress of one stage is told at most this often, in milliseconds. */
const EVERY_MS = 100

/** Passes news on: the first and last of each stage, and of those between some. */
export function paced(tell: TellModels, now: () => number = () => performance.now()): TellModels {
  let stage = ''
  let last = 0
  const isDue = ({ what, part, done, total }: Extract<ModelNews, { is: 'doing' }>): boolean =>
    `${what} ${part}` !== stage || done >= total || now() - last >= EVERY_MS
  return (news) => {
    if (news.is !== 'doing') return tell(news)
    if (!isDue(news)) return
    stage = `${news.what} ${news.part}`
    last = now()
    tell(news)
  }
}
