import { Command } from 'commander'
import { Provider } from '#shared/schema/recipe'
import { oneOf, pictureSize, wholeNumber, type Size } from '../option-values'
import type { Terminal } from '../terminal'

/** What `tim bench` was told. */
export interface BenchOptions {
  readonly model?: string
  readonly size?: readonly Size[]
  readonly runs: number
  readonly provider?: Provider
  readonly json?: boolean
}

/** `tim bench`: how fast an installed model is on this machine. */
export function benchCommand(terminal: Terminal): Command {
  return new Command('bench')
    .summary('measure a model on this machine')
    .description('Times what a picture is made of: loading, the prompt, one step without and with guidance, the decoder.')
    .option('--model <name>', 'installed model (default: the embedded one)')
    .option(
      '--size <WxH>',
      "pixels; may be given several times (default: the model's own)",
      (text, sizes: readonly Size[] = []) => [...sizes, pictureSize(text)],
    )
    .option('--runs <n>', 'runs after the first, 1 to 100; the best counts', wholeNumber(1, 100), 3)
    .option('--provider <name>', Provider.options.join(', '), oneOf(Provider.options))
    .option('--json', 'print one JSON object instead of a table')
    .addHelpText('after', '\nExamples:\n  tim bench\n  tim bench --model tim-t2i --size 512x512 --size 1024x1024 --runs 2')
    .action(async (options: BenchOptions) => {
      const { measureModel } = await import('../measuring/measure-model')
      await measureModel(terminal, options)
    })
}
