import { Command } from 'commander'
import type { AdapterOptions } from '../training/train-adapter'
import { numberBetween, oneOf, wholeNumber } from '../option-values'
import { UsageError } from '../explain'
import type { Terminal } from '../terminal'

/** What `tim train` was told. */
export interface TrainOptions extends AdapterOptions {
  readonly check?: boolean
}

const MOST = Number.MAX_SAFE_INTEGER

/** `tim train`: an adapter on a folder of pictures, or all parameters of a network from a run file. */
export function trainCommand(terminal: Terminal): Command {
  return new Command('train')
    .summary('train a LoRA, or a whole model, on your own pictures')
    .description(
      'Trains an adapter (LoRA) on a folder of pictures and prints its folder. Captions are read from NAME.txt beside NAME.png, from metadata.jsonl, or from the names of the files.',
    )
    .argument('[run.json]', 'a run file, of an adapter ("images") or of a whole network ("pictures")')
    .option('--images <folder>', 'folder of pictures')
    .option('--model <name>', 'installed model (default: the embedded one)')
    .option('--steps <n>', 'steps of training', wholeNumber(1, MOST))
    .option('--name <name>', "of the run and of its adapter (default: the folder's)")
    .option('--trigger <word>', 'a word that calls what is learnt; put before captions that lack it')
    .option('--rank <n>', 'rank of the adapter (default: 16)', wholeNumber(1, 1024))
    .option('--alpha <a>', 'the adapter is multiplied by alpha/rank (default: the rank)', numberBetween(1e-3, 1e6))
    .option('--method <name>', 'lora, rslora or dora', oneOf(['lora', 'rslora', 'dora']))
    .option('--targets <which>', 'attn, attn+cross, attn+cross+mlp (default), all, names of layers, or re:EXPRESSION')
    .option('--batch <n>', 'pictures a step (default: 1)', wholeNumber(1, 4096))
    .option('--lr <rate>', 'learning rate (default: 1e-4)', numberBetween(1e-9, 10))
    .option('--resolution <side>', 'larger pictures are made as small as a square of this side', wholeNumber(16, 65_536))
    .option('--flip', 'mirror half of the samples')
    .option(
      '--preserve <n>',
      'pictures that the model draws by itself and learns from too, so that it keeps what it can do (default: 0)',
      wholeNumber(0, 10_000),
    )
    .option('--hold-out <share>', 'share of the pictures kept for validation, 0 to 0.5', numberBetween(0, 0.5))
    .option(
      '--cache-size <GB>',
      'room on disk for encoded pictures and captions of all runs (default: 20)',
      numberBetween(0, 1e6),
    )
    .option('--checkpoint-every <n>', 'steps between checkpoints (default: 100)', wholeNumber(1, MOST))
    .option('--seed <n>', 'seed of everything that is drawn (default: 0)', wholeNumber(0, MOST))
    .option('--threads <n>', 'of the CPU (default: all)', wholeNumber(1, 1024))
    .option('--config <run.json>', 'the run file; options go before it')
    .option('--resume', 'go on from the last checkpoint of the run named by --name, --config or --images')
    .option('--dry-run', 'report on the pictures and estimate memory and time, as JSON; train nothing')
    .option('--check', 'read the run file and print it with every default filled in; train nothing')
    .addHelpText('after', HELP)
    .action(async (file: string | undefined, { config, ...options }: TrainOptions) => {
      if (file !== undefined && config !== undefined) throw new UsageError('Two run files are named.', 'Name one.')
      const { isAdapterRun, runFromOptions } = await import('../training/run-from-options')
      const named = file ?? config
      if (named !== undefined && !isAdapterRun(named) && options.images === undefined) {
        const { trainFromFile } = await import('../training/train-from-file')
        return trainFromFile(terminal, named, options)
      }
      const all = named === undefined ? options : { ...options, config: named }
      if (options.check) return terminal.answer(JSON.stringify(runFromOptions(all, named), undefined, 2))
      const { trainAdapter } = await import('../training/train-adapter')
      return trainAdapter(terminal, all)
    })
}

const HELP = `
A run file of an adapter, as JSON; only images and training.steps are needed:
  {
    "name": "mascot", "images": "pictures", "model": "starter",
    "data": { "trigger": "zorrito", "flip": true, "shuffleTags": false, "holdOut": 0.1, "background": "#ffffff" },
    "adapter": { "method": "lora", "rank": 16, "alpha": 16, "targets": { "preset": "attn+cross+mlp" } },
    "training": { "steps": 800, "batch": 1, "learningRate": 1e-4, "checkpointEvery": 100 },
    "keep": "products"                      or "nothing" (least memory), "everything" (least time)
  }
A folder named 10_fox gives its pictures ten times an epoch. Pictures are trained at their own size and aspect.

A run file of a whole network, for small ones: name, pictures, training.steps and training.batch are needed:
  {
    "name": "my-foxes", "pictures": "foxes",
    "model": "starter", "from": "model",    or "scratch", with "network": { "depth": 4 } to change the network
    "objective": { "derivative": "dde", "captionDropout": 0.1 },
    "training": { "steps": 2000, "batch": 8, "learningRate": 1e-4, "checkpointEvery": 500 }
  }

Ctrl-C saves a checkpoint and stops. Checkpoints, pictures along the way and the log (metrics.jsonl) lie in the data folder under
runs/NAME, the finished adapter under adapters/NAME, a finished model under models/NAME.

Examples:
  tim train --images foxes --trigger zorrito --steps 800 --dry-run
  tim train --images foxes --trigger zorrito --steps 800
  tim train --name foxes --resume
  tim train foxes.json --check`
