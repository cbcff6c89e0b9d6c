import { Command } from 'commander'
import { MAX_COUNT } from '#shared/schema/queue'
import { NoiseKind, Provider, RECIPE_LIMITS, SampleType } from '#shared/schema/recipe'
import { UsageError } from '../explain'
import type { Wishes } from '../drawing/recipe-from-options'
import type { StartOptions } from '../drawing/start-wish'
import { adapterWish, guidanceInterval, numberBetween, oneOf, pictureSize, pixelsAround, wholeNumber } from '../option-values'
import type { AdapterWish } from '../option-values'
import type { Terminal } from '../terminal'

/** What `tim generate` was told. */
export interface GenerateOptions extends Omit<Wishes, 'prompt' | 'adapters' | 'start'>, StartOptions {
  readonly count: number
  readonly out?: string
  readonly trajectory?: boolean
  readonly json?: boolean
  readonly stream?: boolean
  readonly from?: string
  readonly model?: string
  readonly adapter?: readonly AdapterWish[]
}

/** `tim generate`: pictures from a prompt, a class or another picture's recipe. */
export function generateCommand(terminal: Terminal): Command {
  const { steps, cfgScale } = RECIPE_LIMITS
  return upon(new Command('generate'))
    .summary('draw pictures')
    .description('Draws pictures into the library (the window shows them too) and prints where they are, one file a line.')
    .argument('[prompt]', 'what to draw')
    .option('--nfe <n>', `network steps, 1 to ${steps} (default: the model's)`, wholeNumber(1, steps))
    .option('--size <WxH>', "pixels, such as 128x128 (default: the model's)", pictureSize)
    .option(
      '--cfg <scale>',
      `strength of guidance, 0 to ${cfgScale}; 1 is none (default: the model's)`,
      numberBetween(0, cfgScale),
    )
    .option('--cfg-interval <low-high>', 'part of the path that is guided (default: the model’s)', guidanceInterval)
    .option('--seed <n>', 'seed of the noise (default: a random one, which is told)', wholeNumber(0, Number.MAX_SAFE_INTEGER))
    .option('--count <n>', `how many pictures, 1 to ${MAX_COUNT}`, wholeNumber(1, MAX_COUNT), 1)
    .option('--negative <prompt>', 'what not to draw')
    .option('--class <id|name>', 'class of a class-conditional model, in place of the prompt')
    .option('--model <name>', 'installed model (default: the embedded one)')
    .option(
      '--adapter <name[:strength]>',
      `adapter of the library, as often as wanted; strength −${RECIPE_LIMITS.adapterStrength} to ${RECIPE_LIMITS.adapterStrength}, 1 where left out`,
      adapterWish,
    )
    .option('--from <picture.png>', 'start from the recipe that a picture carries; other options change it')
    .option('--out <folder>', 'copy the pictures there too')
    .option('--trajectory', 'copy the steps too; needs --out')
    .option('--json', 'print one JSON object instead of lines')
    .option('--stochasticity <s>', 'noise added anew at each step, 0 to 100', numberBetween(0, 100))
    .option('--sample-type <type>', SampleType.options.join(' or '), oneOf(SampleType.options))
    .option('--noise <kind>', NoiseKind.options.join(' or '), oneOf(NoiseKind.options))
    .option('--provider <name>', Provider.options.join(', '), oneOf(Provider.options))
    .option('--stream', 'read the network block by block at each step: slower, for a model larger than the memory')
    .addHelpText(
      'after',
      `
Examples:
  tim generate "a red apple" --nfe 8 --seed 7 --out pictures
  tim generate "a blue house" --count 4 --size 128x128 --cfg 2.5 --json
  tim generate "a sunflower" --nfe 32 --out pictures --trajectory
  tim generate --from pictures/a-red-apple-7-0.png            the same picture again
  tim generate --from pictures/a-red-apple-7-0.png --nfe 32   the same with more steps
  tim generate "a green apple" --init apple.png --strength 0.5
  tim generate "a hat" --init fox.png --mask where.png --feather 12
  tim generate "zqx fox" --adapter my-fox:0.8 --adapter ink:-0.3
  tim generate --class 207 --model tim-c2i-256`,
    )
    .action(async (prompt: string | undefined, options: GenerateOptions) => {
      if (options.trajectory && options.out === undefined)
        throw new UsageError('--trajectory needs a folder for the steps.', 'Add --out FOLDER.')
      const { generatePictures } = await import('../drawing/generate-pictures')
      await generatePictures(terminal, prompt, options)
    })
}

/** The options of a picture to draw upon. */
function upon(command: Command): Command {
  return command
    .option('--init <picture>', 'draw upon a picture of any kind, in its size unless --size says another')
    .option(
      '--strength <s>',
      'how much of that picture is drawn anew, above 0 to 1: the time at which the path begins; all steps are taken from there (default: 0.6; with --mask or --extend 1)',
      numberBetween(Number.EPSILON, 1),
    )
    .option(
      '--mask <picture>',
      'picture of the same size: what is light in it is drawn anew, the rest stays as it is, to the bit',
    )
    .option('--extend <pixels>', 'draw around the picture: LEFT,TOP,RIGHT,BOTTOM, or one number for all sides', pixelsAround)
    .option(
      '--feather <pixels>',
      `width of the band around what is drawn anew in which old and new are mixed, 0 to ${RECIPE_LIMITS.feather} (default: 8)`,
      numberBetween(0, RECIPE_LIMITS.feather),
    )
}
