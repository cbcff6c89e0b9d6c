import { barOn } from '../bar'

/** Shows how far a job is. */
export interface Progress {
  /** One more unit of work was done. */
  step(note: string): void
  stop(): void
}

/** A bar with the time that is left on `screen`; nothing where nobody looks. */
export function progressBar(screen: NodeJS.WriteStream | undefined, label: string, total: number): Progress {
  if (screen === undefined) return { step: () => undefined, stop: () => undefined }
  const bar = barOn(screen, `${label} {bar} {percentage} % | {note} | {eta_formatted} left`)
  bar.start(total, 0, { note: '' })
  return {
    step: (note) => bar.increment(1, { note }),
    stop: () => bar.stop(),
  }
}
