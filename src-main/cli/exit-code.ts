/** What the process says when it ends. */
export const EXIT = {
  /** Everything was done. */
  ok: 0,
  /** Something failed: a file, the disk, a model, a provider. */
  failed: 1,
  /** The command line cannot be followed: unknown name, or a value that is not allowed. */
  usage: 2,
  /** Ctrl-C, or a request to end: 128 + SIGINT. What was finished before is kept. */
  interrupted: 130,
} as const
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

export const EXIT_CODES_HELP = `Exit codes:
  0    done
  1    failed: a file, the disk, a model or a provider
  2    the command line cannot be followed: an unknown name, or a value that is not allowed
  130  interrupted by Ctrl-C; what was finished before is kept`
