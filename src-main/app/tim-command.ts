/** What the launcher of the installed command line puts before `--` and the command. */
const FLAG = '--tim'

/** The command that the installed studio was started with, where it is to be `tim`; undefined where it is to open its window. */
export function timCommand(argv: readonly string[]): readonly string[] | undefined {
  const end = argv.indexOf('--')
  return end > 0 && argv.slice(0, end).includes(FLAG) ? argv.slice(end + 1) : undefined
}
