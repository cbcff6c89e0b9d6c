import { Command, Option } from 'commander'
import { Provider } from '#shared/schema/recipe'
import type { Terminal } from '../terminal'

/** `tim doctor`: what this machine has, and what is missing or broken. */
export function doctorCommand(terminal: Terminal): Command {
  return new Command('doctor')
    .summary('say what works here, and why the rest does not')
    .description('Looks at the machine, the data folder, the models and every provider, each tried in a process of its own.')
    .option('--json', 'print one JSON object')
    .addOption(new Option('--check <provider>').choices(Provider.options).hideHelp())
    .addHelpText(
      'after',
      '\nExit code 1 where something needs you: a damaged model, a full disk, a provider that computes wrongly.',
    )
    .action(async ({ json, check }: { readonly json?: boolean; readonly check?: Provider }) => {
      const { checkOne, examine } = await import('../health/examine')
      if (check !== undefined) return checkOne(check)
      await examine(terminal, json === true)
    })
}
