import type { Errand, ErrandNews } from '#shared/engine/errand'
import { FromEngine } from '#shared/engine/protocol'
import type { Failure } from '#shared/ipc/failure'
import { stoppedByCancel } from './engine-failures'
import type { EngineProcess, Fork } from './engine-process'

/** Between the wish to stop and the end of the process, in milliseconds. */
const GRACE_MS = 4000

/** How an errand ended. */
export type ErrandEnding = { readonly is: 'finished' } | { readonly is: 'failed'; readonly failure: Failure }

/** News of an errand that goes on. */
export type ErrandProgress = Exclude<ErrandNews, { is: 'finished' | 'failed' }>

/**
 * Runs one errand in a process of its own, so that it neither waits for a picture nor makes one wait, and so that nothing but the
 * errand has a network. The process lives as long as the errand. Never rejects.
 */
export async function runErrand(
  fork: Fork,
  errand: Errand,
  onNews: (news: ErrandProgress) => void,
  signal: AbortSignal,
): Promise<ErrandEnding> {
  if (signal.aborted) return { is: 'failed', failure: stoppedByCancel() }
  const child = fork()
  let timer: NodeJS.Timeout | undefined
  const stop = (): void => {
    child.send({ type: 'stop-errand' })
    timer = setTimeout(() => child.kill(), GRACE_MS)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await new Promise<ErrandEnding>((end) => {
      child.onExit((how) => end({ is: 'failed', failure: signal.aborted ? stoppedByCancel() : died(how) }))
      child.onMessage((raw) => hear(child, errand, raw, onNews, end))
    })
  } finally {
    signal.removeEventListener('abort', stop)
    clearTimeout(timer)
    child.kill()
  }
}

function hear(
  child: EngineProcess,
  errand: Errand,
  raw: unknown,
  onNews: (news: ErrandProgress) => void,
  end: (ending: ErrandEnding) => void,
): void {
  const message = FromEngine.safeParse(raw)
  if (!message.success) return end({ is: 'failed', failure: died(`it sent a message that is none: ${message.error.message}`) })
  const said = message.data
  if (said.type === 'ready') return child.send({ type: 'errand', errand })
  if (said.type === 'refused') return end({ is: 'failed', failure: died(`it refused a message: ${said.why}`) })
  if (said.type !== 'errand') return
  if (said.news.is === 'finished') return end({ is: 'finished' })
  if (said.news.is === 'failed') return end({ is: 'failed', failure: said.news.failure })
  onNews(said.news)
}

function died(how: string): Failure {
  return {
    code: 'engine-crashed',
    message: 'The process that fetches and imports models stopped unexpectedly.',
    remedy: 'Start it again: it goes on where it stopped.',
    detail: `errand: ${how}`,
  }
}
