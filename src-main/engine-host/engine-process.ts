import type { ToEngine } from '#shared/engine/protocol'

/** A running process beside main, however it was forked; `Message` is what it is told. */
export interface HelperProcess<Message> {
  readonly pid: number | undefined
  send(message: Message): void
  /** `raw` is not checked yet. */
  onMessage(listener: (raw: unknown) => void): void
  /** Called once, with what is known of how it ended. */
  onExit(listener: (how: string) => void): void
  /** Ends it at once, also in the middle of a computation. */
  kill(): void
}

/** Starts a helper. */
export type ForkFor<Message> = () => HelperProcess<Message>

/** A running engine. */
export type EngineProcess = HelperProcess<ToEngine>

/** Starts an engine. */
export type Fork = ForkFor<ToEngine>
