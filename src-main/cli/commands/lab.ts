import { Command } from 'commander'
import { LAB_NAMES, type LabName } from '#shared/schema/lab-settings'
import { oneOf, wholeNumber } from '../option-values'
import type { Terminal } from '../terminal'

/** What `tim lab` was told. */
export interface LabOptions {
  readonly model?: string
  readonly set?: readonly string[]
  readonly settings?: string
  readonly out?: string
  readonly again?: boolean
  readonly threads?: number
  readonly check?: boolean
  readonly json?: boolean
  readonly csv?: boolean
}

/** `tim lab`: the paper's experiments on an installed model. */
export function labCommand(terminal: Terminal): Command {
  return new Command('lab')
    .summary('the paper’s experiments, on the model you have')
    .description(
      'Runs an experiment and prints its table, with the published figures beside. Without a name: lists the experiments. Works offline.',
    )
    .argument('[name]', LAB_NAMES.join(', '), oneOf<LabName>(LAB_NAMES))
    .option('--model <name>', 'installed model (default: the embedded one)')
    .option(
      '--set <key=value>',
      'a setting, its value as JSON; may be given several times',
      (text, before: readonly string[] = []) => [...before, text],
    )
    .option('--settings <file.json>', 'a file of settings; --set goes before it')
    .option('--out <folder>', 'where the run is kept (default: in the data folder, under lab)')
    .option('--again', 'measure everything anew, even what is on disk')
    .option('--threads <n>', 'of the CPU (default: all)', wholeNumber(1, 1024))
    .option('--check', 'print the settings with every default filled in; measure nothing')
    .option('--json', 'print the whole result as JSON instead of a table')
    .option('--csv', 'print the table as CSV')
    .addHelpText('after', HELP)
    .action(async (name: LabName | undefined, options: LabOptions) => {
      if (name === undefined) {
        const { listExperiments } = await import('../lab/list-experiments')
        return listExperiments(terminal, options.json === true)
      }
      const { runExperiment } = await import('../lab/run-experiment')
      return runExperiment(terminal, name, options)
    })
}

const HELP = `
Every piece that was measured is kept: stopped by Ctrl-C or killed, the same command goes on where it was. The run's folder holds
result.json, table.csv and pictures. Columns of time and memory are of this machine, as it was just then.

Experiments that train small networks take "pictures": "FOLDER" to learn your own pictures instead of the set that comes with the studio.

Examples:
  tim lab
  tim lab nfe-sweep
  tim lab nfe-sweep --set 'nfe=[1,4,16]' --set prompts=20
  tim lab weightings --check
  tim lab mixtures --set seeds=5 --csv > mixtures.csv`
