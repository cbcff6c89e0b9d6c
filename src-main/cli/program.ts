import { Command } from 'commander'
import { adaptersCommand } from './commands/adapters'
import { benchCommand } from './commands/bench'
import { doctorCommand } from './commands/doctor'
import { generateCommand } from './commands/generate'
import { labCommand } from './commands/lab'
import { modelsCommand } from './commands/models'
import { probeCommand } from './commands/probe'
import { trainCommand } from './commands/train'
import { EXIT, EXIT_CODES_HELP, type ExitCode } from './exit-code'
import { explain } from './explain'
import type { Terminal } from './terminal'

/** The command line `tim`. Every command throws what went wrong; `run` alone speaks of it and chooses the exit code. */
export function program(terminal: Terminal): Command {
  const tim = new Command('tim')
    .description(
      'TiM Studio without its window: draw, train, and compare the parts of the engine. Only `models download` uses a network.',
    )
    .helpCommand(true)
    .showHelpAfterError('(tim --help, or tim COMMAND --help, lists what is allowed)')
    .configureOutput({ writeOut: (text) => terminal.answer(text.trimEnd()), writeErr: (text) => terminal.tell(text.trimEnd()) })
    .exitOverride()
    .addHelpText(
      'after',
      `\nThe library is shared with the studio's window; TIM_HOME names another data folder.\n\n${EXIT_CODES_HELP}`,
    )
  for (const command of [
    generateCommand,
    modelsCommand,
    adaptersCommand,
    trainCommand,
    benchCommand,
    labCommand,
    doctorCommand,
    probeCommand,
  ])
    tim.addCommand(command(terminal))
  for (const command of tim.commands) inherit(command, tim)
  return tim
}

/** Runs one command line. Never throws. */
export async function run(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  try {
    const tim = program(terminal)
    if (args.length === 0) tim.help({ error: true })
    await tim.parseAsync(args, { from: 'user' })
    return EXIT.ok
  } catch (error) {
    const { code, lines } = explain(error)
    for (const line of lines) terminal.tell(line)
    return code
  }
}

/** Commands made apart from their program do not take over how it speaks and ends. */
function inherit(command: Command, parent: Command): void {
  command.copyInheritedSettings(parent)
  for (const child of command.commands) inherit(child, command)
}
