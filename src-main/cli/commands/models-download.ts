import { Command, Option } from 'commander'
import { Precision } from '#shared/schema/recipe'
import { oneOf } from '../option-values'
import type { Terminal } from '../terminal'

/** What `tim models download` was told. */
export interface DownloadOptions {
  readonly yes?: boolean
  readonly mirror?: string
  readonly transformer?: string
  readonly vae?: string
  readonly text?: string
  readonly precision?: Precision
  readonly tokenStdin?: boolean
}

/** `tim models download`: a released model from the hub. */
export function downloadCommand(terminal: Terminal): Command {
  return new Command('download')
    .summary('download a released model')
    .description(
      'Shows the exact files and sizes of a released model, fetches them once you agree, checks and imports them. ' +
        'Without a name it lists what can be downloaded, and asks nobody. Stopped, it goes on where it was.',
    )
    .argument('[model]', 'tim-t2i, tim-c2i-256 or tim-c2i-512')
    .option('-y, --yes', 'agree to what will be fetched')
    .option('--mirror <url>', "fetch from a mirror of the hub (default: the studio's setting, then HF_ENDPOINT)")
    .option('--transformer <path>', 'a file of this machine instead of the published one')
    .option('--vae <folder>', 'a folder of this machine instead of the published autoencoder')
    .option('--text <folder>', 'a folder of this machine instead of the published text encoder')
    .option('--precision <name>', `convert the transformer to ${Precision.options.join(', ')}`, oneOf(Precision.options))
    .addOption(new Option('--token-stdin', 'read an access token of the hub from standard input (default: HF_TOKEN)'))
    .addHelpText(
      'after',
      '\nGemma 3, which reads the prompts of tim-t2i, is given only to those who have accepted its licence: accept it at' +
        '\nhttps://huggingface.co/google/gemma-3-1b-it and set HF_TOKEN, or name a folder that holds it with --text.' +
        '\nThe token goes to huggingface.co alone, never to a mirror, and is not kept.' +
        '\n\nExample:\n  tim models download tim-c2i-512 --yes',
    )
    .action(async (model: string | undefined, options: DownloadOptions) => {
      const { downloadModel, listOffers } = await import('../models/download')
      if (model === undefined) listOffers(terminal)
      else await downloadModel(terminal, model, options)
    })
}
