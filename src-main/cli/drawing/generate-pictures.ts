import { readRecipe } from '../../engine/jobs/read-recipe'
import { listModels } from '../../engine/jobs/generate/list-models'
import { Stopped } from '../../engine/jobs/generate/generate'
import { dataFolder } from '../../library/folders'
import { listAdapters } from '../../library/adapter-cards'
import { Library } from '../../library/library'
import { adapterUse } from '../adapters/by-name'
import type { GenerateOptions } from '../commands/generate'
import { Interrupted, interruptible } from '../interrupt'
import { modelPlaces } from '../studio-places'
import type { Terminal } from '../terminal'
import { chooseDevices } from './choose-devices'
import { chooseModel } from './choose-model'
import { draw, type Made, type Order } from './draw'
import { copyOut, prepareOut } from './out-folder'
import { progressBar } from './progress'
import { recipeFromOptions, type Start } from './recipe-from-options'
import { startWish } from './start-wish'

interface Result {
  readonly file: string
  readonly trajectory: readonly string[]
  readonly made: Made
}

/** Draws what the options ask for and prints where it is. Throws what is wrong, Interrupted on Ctrl-C. */
export async function generatePictures(terminal: Terminal, prompt: string | undefined, options: GenerateOptions): Promise<void> {
  const start = options.from === undefined ? undefined : startFrom(terminal, options.from)
  const out = options.out === undefined ? undefined : prepareOut(options.out)
  const library = Library.open(dataFolder(), 'the tim command line')
  try {
    if (library.repair !== null) terminal.tell(library.repair)
    const whole = start !== undefined && 'whole' in start ? start.whole : undefined
    const model = chooseModel(await listModels(modelPlaces(library.folders)), options.model, whole)
    const { adapter, ...others } = options
    const adapters = adapter?.map((wish) => adapterUse(listAdapters(library.folders.adapters), wish))
    const upon = await startWish(library.folders.starts, options, whole)
    const wishes = {
      ...others,
      ...(prompt === undefined ? {} : { prompt }),
      ...(adapters && { adapters }),
      ...(upon && { start: upon }),
    }
    const devices = await chooseDevices(library, options.provider)
    const recipe = recipeFromOptions(wishes, { ...model.card, provider: devices.providerFor(model.folder) }, start)
    if (options.seed === undefined && whole === undefined) terminal.tell(`seed ${recipe.seed}`)
    await interruptible((signal) =>
      drawAll(
        terminal,
        library,
        { model, recipe, count: options.count, devices, streamed: options.stream === true },
        { ...options, out },
        signal,
      ),
    )
  } finally {
    library.close()
  }
}

function startFrom(terminal: Terminal, file: string): Start {
  const found = readRecipe(file)
  if (found.kind === 'whole') return { whole: found.recipe }
  terminal.tell(`${file} carries another program's recipe: its settings are used, the picture will be another one.`)
  return { partial: found.recipe }
}

async function drawAll(
  terminal: Terminal,
  library: Library,
  order: Order,
  { out, trajectory, json }: { readonly out: string | undefined; readonly trajectory?: boolean; readonly json?: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { recipe, count } = order
  const results: Result[] = []
  const began = performance.now()
  const bar = progressBar(terminal.screen, 'drawing', count * recipe.steps)
  const onStep = (picture: number, index: number): void =>
    bar.step(`picture ${picture + 1} of ${count}, step ${index + 1} of ${recipe.steps}`)
  try {
    for await (const made of draw(library, { ...order, wholeSteps: trajectory === true }, signal, {
      onStep,
      onNote: (text) => terminal.tell(text),
    })) {
      const { file, trajectory: steps } =
        out === undefined ? { file: made.file, trajectory: [] } : copyOut(out, made, trajectory === true)
      results.push({ file, trajectory: steps, made })
      if (json !== true) terminal.answer(file)
    }
  } catch (error) {
    if (results.length > 0) terminal.tell(`${results.length} of ${counted(count, 'picture')} finished and kept.`)
    throw error instanceof Stopped ? new Interrupted() : error
  } finally {
    bar.stop()
    if (json === true) terminal.answer(JSON.stringify(report(order, results)))
  }
  const seconds = (performance.now() - began) / 1000
  terminal.tell(`${counted(count, 'picture')} of ${counted(recipe.steps, 'step')} in ${seconds.toFixed(2)} s`)
}

function counted(n: number, thing: string): string {
  return `${n} ${thing}${n === 1 ? '' : 's'}`
}

function report({ model, recipe }: Order, results: readonly Result[]): object {
  return {
    model: recipe.model.name,
    folder: model.folder,
    pictures: results.map(({ file, trajectory, made: { generation } }) => ({
      file,
      ...(trajectory.length > 0 ? { trajectory } : {}),
      id: generation.id,
      tookMs: Math.round(generation.tookMs),
      recipe: generation.recipe,
    })),
  }
}
