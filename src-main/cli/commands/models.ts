import { Command } from 'commander'
import { ReleasedName } from '#shared/engine/models'
import { Precision } from '#shared/schema/recipe'
import { modelName, oneOf, wholeNumber } from '../option-values'
import type { Terminal } from '../terminal'

/** What `tim models random` was told. */
export interface RandomOptions {
  readonly config: ReleasedName
  readonly name?: string
  readonly seed: number
  readonly tokenizer?: string
  readonly precision?: Precision
}

/** `tim models`: the models of the library. */
export function modelsCommand(terminal: Terminal): Command {
  const models = new Command('models')
    .summary('import, list, verify and remove models')
    .description('The models of the library, which the window shows too.')
  for (const command of [randomCommand]) models.addCommand(command(terminal))
  return models
}

function randomCommand(terminal: Terminal): Command {
  return new Command('random')
    .summary('make a full-size model of random numbers')
    .description('Makes a model of a released size with random weights, for measurements. Prints its folder.')
    .requiredOption('--config <name>', ReleasedName.options.join(', '), oneOf(ReleasedName.options))
    .option('--name <name>', 'what to call it (default: random-CONFIG)', modelName)
    .option('--seed <n>', 'seed of the numbers', wholeNumber(0, Number.MAX_SAFE_INTEGER), 0)
    .option('--tokenizer <file>', 'tokenizer.json of Gemma 3')
    .option('--precision <name>', Precision.options.join(', '), oneOf(Precision.options))
    .addHelpText('after', '\nExample:\n  tim models random --config t2i-xl --name big')
    .action(async (options: RandomOptions) => {
      const { makeRandom } = await import('../models/random')
      await makeRandom(terminal, options)
    })
}
