import { Command, Option } from 'commander'
import { adapterWish, modelName, type AdapterWish } from '../option-values'
import type { Terminal } from '../terminal'

/** Where an adapter file goes with: the model it is read for. */
interface ForModel {
  readonly model?: string
}
export interface ImportAdapterOptions extends ForModel {
  readonly name?: string
}
export interface ConvertAdapterOptions extends ForModel {
  readonly to: 'peft' | 'kohya' | 'diffusers'
  readonly out: string
}
export interface MergeAdapterOptions extends ForModel {
  readonly adapter: readonly AdapterWish[]
  readonly name: string
}

const NAMINGS = ['peft', 'kohya', 'diffusers'] as const

/** `tim adapters`: the adapters of the library. */
export function adaptersCommand(terminal: Terminal): Command {
  const adapters = new Command('adapters')
    .summary('import, list, convert, merge, verify and remove adapters')
    .description('The adapters (LoRA, DoRA) of the library. Draw with them: tim generate "…" --adapter NAME:0.8')
  const commands = [listCommand, inspectCommand, importCommand, convertCommand, mergeCommand, verifyCommand, removeCommand]
  for (const command of commands) adapters.addCommand(command(terminal))
  return adapters
}

const onModel = (command: Command): Command =>
  command.option('--model <name>', 'installed model that it is for (default: the one it names, else the embedded one)')

function listCommand(terminal: Terminal): Command {
  return new Command('list')
    .summary('the adapters of the library')
    .option('--json', 'print one JSON array')
    .action(async ({ json }: { readonly json?: boolean }) => {
      const { listThem } = await import('../adapters/look')
      listThem(terminal, json === true)
    })
}

function inspectCommand(terminal: Terminal): Command {
  return onModel(new Command('inspect'))
    .summary('what an adapter is: layers, ranks, strengths, base, trigger words')
    .argument('<adapter>', 'name in the library, a PEFT folder or a .safetensors file')
    .action(async (adapter: string, options: ForModel) => {
      const { inspect } = await import('../adapters/look')
      await inspect(terminal, adapter, options.model)
    })
}

function importCommand(terminal: Terminal): Command {
  return onModel(new Command('import'))
    .summary('put an adapter into the library')
    .description('Reads a PEFT folder, or a .safetensors file with the keys of Kohya, ComfyUI or Diffusers. Prints its folder.')
    .argument('<path>', 'folder or file')
    .option('--name <name>', 'what to call it (default: the name of the file)', modelName)
    .action(async (path: string, options: ImportAdapterOptions) => {
      const { importAdapter } = await import('../adapters/change')
      await importAdapter(terminal, path, options)
    })
}

function convertCommand(terminal: Terminal): Command {
  return onModel(new Command('convert'))
    .summary('write an adapter for other programs')
    .argument('<adapter>', 'name in the library, a PEFT folder or a .safetensors file')
    .addOption(
      new Option('--to <form>', 'PEFT’s folder, or one file for Kohya and ComfyUI, or for Diffusers')
        .choices(NAMINGS)
        .default('peft'),
    )
    .requiredOption('--out <path>', 'folder (peft) or .safetensors file to write')
    .action(async (adapter: string, options: ConvertAdapterOptions) => {
      const { convert } = await import('../adapters/change')
      await convert(terminal, adapter, options)
    })
}

function mergeCommand(terminal: Terminal): Command {
  return onModel(new Command('merge'))
    .summary('make a model with adapters inside')
    .requiredOption('--adapter <name[:strength]>', 'as often as wanted', adapterWish)
    .requiredOption('--name <name>', 'what to call the model', modelName)
    .action(async (options: MergeAdapterOptions) => {
      const { merge } = await import('../adapters/change')
      await merge(terminal, options)
    })
}

function verifyCommand(terminal: Terminal): Command {
  return onModel(new Command('verify'))
    .summary('check that adapters are whole, finite and change what they should')
    .argument('[name]', 'the adapter (default: all)')
    .action(async (name: string | undefined, options: ForModel) => {
      const { verify } = await import('../adapters/look')
      await verify(terminal, name, options.model)
    })
}

function removeCommand(terminal: Terminal): Command {
  return new Command('remove')
    .summary('remove an adapter')
    .argument('<name>', 'the adapter')
    .action(async (name: string) => {
      const { remove } = await import('../adapters/change')
      await remove(terminal, name)
    })
}
