import { Command, Option } from 'commander'
import { ReleasedName } from '#shared/engine/models'
import { Precision } from '#shared/schema/recipe'
import { RELEASED_COSTS, STARTER_COSTS } from '#shared/released/precision-errors'
import { modelName, oneOf, wholeNumber } from '../option-values'
import type { Terminal } from '../terminal'
import { percent } from '../models/percent'
import { downloadCommand } from './models-download'

/** What `tim models import` was told. */
export interface ImportOptions {
  readonly transformer: string
  readonly vae: string
  readonly text?: string
  readonly tokenizer?: string
  readonly name?: string
  readonly kind?: 'text' | 'class'
  readonly link?: boolean
  readonly precision?: Precision
  readonly licence?: string
}

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
  for (const command of [downloadCommand, listCommand, importCommand, verifyCommand, removeCommand, randomCommand])
    models.addCommand(command(terminal))
  return models
}

const precision = (): Option =>
  new Option('--precision <name>', `of the transformer: ${Precision.options.join(', ')}`).argParser(oneOf(Precision.options))

function listCommand(terminal: Terminal): Command {
  return new Command('list')
    .summary('the installed models')
    .description('Prints the installed models, the embedded one first: size on disk, precision and its error, licence, state.')
    .option('--json', 'print one JSON array')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { listInstalled } = await import('../models/list')
      await listInstalled(terminal, json === true)
    })
}

function importCommand(terminal: Terminal): Command {
  return new Command('import')
    .summary('make a model of published files')
    .description(
      'Recognises published files by their keys and shapes, checks that they belong together and installs them as a model.',
    )
    .requiredOption('--transformer <path>', 'TiM checkpoint: .bin, .pt, .pth, .safetensors, an index.json, or a folder')
    .requiredOption('--vae <path>', 'autoencoder: DC-AE f32c32 or SD-VAE, a file or folder')
    .option('--text <path>', 'text encoder: Gemma 3, a file or folder; class models have none')
    .option('--tokenizer <file>', 'tokenizer.json, where the text encoder’s folder has none')
    .option('--name <name>', 'what to call it (default: the transformer’s file name)', modelName)
    .addOption(new Option('--kind <kind>', 'what it is meant to be').choices(['text', 'class']))
    .option('--link', 'leave the files where they are and link to them')
    .addOption(precision())
    .option('--licence <text>', 'the licence of the files, to be kept with them')
    .addHelpText(
      'after',
      `
Files are copied into the library, sharing disk space where the file system can; parts that another model has already are used.
Stopped or killed, the same command goes on where it was.

${precisionTable()}
A model's own errors are measured when it is imported.

Examples:
  tim models import --transformer t2i_model.bin --vae dc-ae-f32c32-sana-1.1-diffusers --text gemma-3-1b-it --name tim-t2i
  tim models import --transformer c2i_model_256.safetensors --vae sd-vae-ft-ema --precision f16`,
    )
    .action(async (options: ImportOptions) => {
      const { importFiles } = await import('../models/import')
      await importFiles(terminal, options)
    })
}

/** What precisions cost, as measured on two networks. */
function precisionTable(): string {
  const columns = { 'trained, embedded': STARTER_COSTS, 'released size, random weights': RELEASED_COSTS }
  const lines = Precision.options.flatMap((precision) => {
    const costs = Object.entries(columns).flatMap(([name, { [precision]: cost }]) =>
      cost ? [`${percent(cost.pass)} of a pass, ${percent(cost.picture)} of a picture (${name})`] : [],
    )
    return costs.length === 0 ? [] : [`  ${precision.padEnd(5)} ${costs.join('; ')}`]
  })
  return ['How far each precision is from f32, as measured:', ...lines].join('\n')
}

function verifyCommand(terminal: Terminal): Command {
  return new Command('verify')
    .summary('compare all files of a model with their checksums')
    .argument('[name]', 'the model (default: all)')
    .action(async (name: string | undefined) => {
      const { verifyModels } = await import('../models/verify')
      await verifyModels(terminal, name)
    })
}

function removeCommand(terminal: Terminal): Command {
  return new Command('remove')
    .summary('remove a model')
    .description('Removes a model from the library. Parts that other models use stay; linked files are not touched.')
    .argument('<name>', 'the model')
    .option('--yes', 'do not ask')
    .action(async (name: string, { yes }: { readonly yes?: boolean }) => {
      const { removeByName } = await import('../models/remove')
      await removeByName(terminal, name, yes === true)
    })
}

function randomCommand(terminal: Terminal): Command {
  return new Command('random')
    .summary('make a full-size model of random numbers')
    .description('Makes a model of a released size with random weights, for measurements. Prints its folder.')
    .requiredOption('--config <name>', ReleasedName.options.join(', '), oneOf(ReleasedName.options))
    .option('--name <name>', 'what to call it (default: random-CONFIG)', modelName)
    .option('--seed <n>', 'seed of the numbers', wholeNumber(0, Number.MAX_SAFE_INTEGER), 0)
    .option('--tokenizer <file>', 'tokenizer.json of Gemma 3')
    .addOption(precision())
    .addHelpText('after', '\nExample:\n  tim models random --config t2i-xl --name big')
    .action(async (options: RandomOptions) => {
      const { makeRandom } = await import('../models/random')
      await makeRandom(terminal, options)
    })
}
