/** Where a command speaks: the answer goes to `answer` (stdout), everything else to `tell` (stderr). */
export interface Terminal {
  /** One line of the answer. */
  readonly answer: (line: string) => void
  /** One line for the reader. */
  readonly tell: (line: string) => void
  /** Where progress bars are drawn; undefined where nobody looks. */
  readonly screen: NodeJS.WriteStream | undefined
}

/** The terminal of this process. A reader who went away (`| head`) ends the process quietly. */
export function processTerminal(): Terminal {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  return {
    answer: (line) => void process.stdout.write(`${line}\n`),
    tell: (line) => void process.stderr.write(`${line}\n`),
    screen: process.stderr.isTTY ? process.stderr : undefined,
  }
}
