import type { ToEngine } from '#shared/engine/protocol'

/** A running engine, however it was forked. */
export interface EngineProcess {
  readonly pid: number | undefined
  send(message: ToEngine): void
  /** `raw` is not checked yet. */
  onMessage(listener: (raw: unknown) => void): void
  /** Called once, with what is known of how it ended. */
  onExit(listener: (how: string) => void): void
  /** Ends it at once, also in the middle of a computation. */
  kill(): void
}

/** Starts an engine. */
export type Fork = () => EngineProcess
