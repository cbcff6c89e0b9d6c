/** How patient the host is with its engine, in milliseconds, and how often it tries. */
export interface Patience {
  /** For the engine's first word. */
  readonly startMs: number
  /** Between a soft cancel and the end of the process. */
  readonly cancelMs: number
  /** For any sign of life while a job runs: one run of a network on a slow machine may take minutes. */
  readonly silenceMs: number
  /** Before it is forked again; doubles with each death in a row. */
  readonly restartMs: number
  /** Deaths in a row, without a job that ended well between them, after which it stays down. */
  readonly deaths: number
}

export const patience: Patience = { startMs: 60_000, cancelMs: 4000, silenceMs: 15 * 60_000, restartMs: 200, deaths: 4 }
