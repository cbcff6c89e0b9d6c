import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { FailureError } from '#shared/ipc/failure'
import { listModels } from '../../engine/jobs/generate/list-models'
import { readRunFile, type RunFile } from '../../engine/jobs/train/run-file'
import { trainRun, type TrainTask } from '../../engine/jobs/train/train-run'
import { dataFolder } from '../../library/folders'
import { Library } from '../../library/library'
import type { TrainOptions } from '../commands/train'
import { chooseModel } from '../drawing/choose-model'
import { Interrupted, interruptible } from '../interrupt'
import { modelPlaces } from '../studio-places'
import type { Terminal } from '../terminal'
import { StepTeller } from './step-teller'

/** Trains as a run file says and prints the folder of the model. Throws what is wrong, Interrupted on Ctrl-C. */
export async function trainFromFile(
  terminal: Terminal,
  file: string,
  { resume = false, check = false }: TrainOptions,
): Promise<void> {
  const run = readRunFile(file)
  if (check) return terminal.answer(JSON.stringify(run, undefined, 2))
  const library = Library.open(dataFolder(), 'the tim command line')
  try {
    // Two trainings at once would only slow each other down, and could share a folder.
    library.locks.need('run')
    const base = chooseModel(await listModels(modelPlaces(library.folders)), run.model, undefined)
    const folder = join(library.folders.root, 'runs', run.name)
    const task = { run, base: base.folder, folder, model: freeModelFolder(library, run), resume }
    await interruptible((signal) => follow(terminal, task, signal))
  } finally {
    library.close()
  }
}

function freeModelFolder(library: Library, { name }: RunFile): string {
  const folder = join(library.folders.models, name)
  if (!existsSync(folder)) return folder
  throw new FailureError({
    code: 'bad-input',
    field: 'name',
    message: `A model '${name}' is already installed in ${folder}.`,
    remedy: 'Give the run another name, or move that folder away.',
  })
}

async function follow(terminal: Terminal, task: TrainTask, signal: AbortSignal): Promise<void> {
  const { steps, logEvery } = task.run.training
  const teller = new StepTeller(terminal, steps, logEvery)
  try {
    for await (const news of trainRun(task, signal)) {
      if (news.is === 'reading') terminal.tell(`${news.pictures} pictures`)
      if (news.is === 'begun') {
        terminal.tell(
          `${(news.parameters / 1e6).toFixed(2)} million parameters, step ${news.step} of ${steps}; log in ${task.folder}`,
        )
        teller.begin(news.step)
      }
      if (news.is === 'step') teller.step(news.report)
      if (news.is === 'finished') {
        teller.stop()
        terminal.answer(news.model)
      }
      if (news.is !== 'stopped') continue
      teller.stop()
      terminal.tell(`Saved at step ${news.step}; go on with --resume.`)
      throw new Interrupted()
    }
  } finally {
    teller.stop()
  }
}
