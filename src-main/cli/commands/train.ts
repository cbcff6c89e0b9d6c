import { Command } from 'commander'
import type { Terminal } from '../terminal'

/** What `tim train` was told. */
export interface TrainOptions {
  readonly resume?: boolean
  readonly check?: boolean
}

/** `tim train`: all parameters of a network, from a run file. */
export function trainCommand(terminal: Terminal): Command {
  return new Command('train')
    .summary('train a model on your own pictures')
    .description(
      'Trains all parameters of a network as a run file says, and installs the model that comes out. Prints its folder.',
    )
    .argument('<run.json>', 'the run file')
    .option('--resume', 'go on from the last checkpoint')
    .option('--check', 'read the run file and print it with every default filled in; train nothing')
    .addHelpText(
      'after',
      `
A run file, as JSON; only name, pictures, training.steps and training.batch are needed:
  {
    "name": "my-foxes",
    "pictures": "foxes",                    folder of pictures, each with its caption in a .txt of the same name
    "model": "starter", "from": "model",    or "scratch", with "network": { "depth": 4 } to change the network
    "objective": { "derivative": "dde", "captionDropout": 0.1 },
    "training": { "steps": 2000, "batch": 8, "learningRate": 1e-4, "checkpointEvery": 500 }
  }

Ctrl-C saves a checkpoint and stops. Checkpoints and the log (metrics.jsonl) lie in the data folder under runs/NAME, the finished
model under models/NAME: tim generate "a fox" --model NAME.

Examples:
  tim train foxes.json --check
  tim train foxes.json
  tim train foxes.json --resume`,
    )
    .action(async (file: string, options: TrainOptions) => {
      const { trainFromFile } = await import('../training/train-from-file')
      await trainFromFile(terminal, file, options)
    })
}
