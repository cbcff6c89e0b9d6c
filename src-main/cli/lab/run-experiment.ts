import { join, resolve } from 'node:path'
import type { LabNews, LabResult, LabTask } from '#shared/schema/lab'
import type { LabName } from '#shared/schema/lab-settings'
import { listModels } from '../../engine/jobs/generate/list-models'
import { labCsv } from '../../engine/jobs/lab/csv'
import { forgetRun, runName } from '../../engine/jobs/lab/records'
import { runLab } from '../../engine/jobs/lab/run-lab'
import { dataFolder } from '../../library/folders'
import { Library } from '../../library/library'
import type { LabOptions } from '../commands/lab'
import { chooseModel } from '../drawing/choose-model'
import { barOn } from '../bar'
import { UsageError } from '../explain'
import { interruptible } from '../interrupt'
import { modelPlaces, studioRoot } from '../studio-places'
import type { Terminal } from '../terminal'
import { readSettings } from './read-settings'
import { tableLines } from './table-lines'

/** Runs an experiment, or goes on with it, and prints what it found. Throws what is wrong, Interrupted on Ctrl-C. */
export async function runExperiment(terminal: Terminal, name: LabName, options: LabOptions): Promise<void> {
  if (options.json && options.csv) throw new UsageError('--json and --csv exclude each other.', 'Choose one.')
  const settings = readSettings(name, options.settings, options.set ?? [])
  if (options.check) return terminal.answer(JSON.stringify(settings, undefined, 2))
  const library = Library.open(dataFolder(), 'the tim command line')
  try {
    // Two of them at once would measure each other, and could share a folder.
    library.locks.need('run')
    const places = modelPlaces(library.folders)
    const { folder: model, card } = chooseModel(await listModels(places), options.model, undefined)
    const folder = options.out === undefined ? join(library.folders.lab, runName(settings, card.sha256)) : resolve(options.out)
    if (options.again) forgetRun(folder)
    const task: LabTask = {
      kind: 'lab',
      settings,
      model,
      evaluator: places[0]?.folder ?? model,
      set: join(studioRoot(), 'assets', 'lab'),
      folder,
      ...(options.threads !== undefined && { threads: options.threads }),
    }
    const result = await interruptible((signal) => follow(terminal, runLab(task, signal)))
    print(terminal, result, options)
  } finally {
    library.close()
  }
}

/** Tells how a run goes; its result. */
async function follow(terminal: Terminal, news: AsyncIterable<LabNews>): Promise<LabResult> {
  const bar = terminal.screen && barOn(terminal.screen, 'measuring {bar} {percentage} % | {what}')
  let said = ''
  try {
    for await (const each of news) {
      if (each.is === 'begun') {
        if (each.measured > 0) terminal.tell(`${each.measured} of ${each.of} pieces are measured already.`)
        bar?.start(each.of, each.measured, { what: '' })
      }
      if (each.is === 'doing') {
        bar?.update(each.piece + each.share, { what: each.what })
        const line = `${each.piece + 1} of ${each.of}: ${each.what}`
        if (!bar && line !== said) terminal.tell(line)
        said = line
      }
      if (each.is === 'note') terminal.tell(each.text)
      if (each.is === 'finished') {
        bar?.stop()
        terminal.tell(`Kept in ${each.folder}`)
        return each.result
      }
    }
  } finally {
    bar?.stop()
  }
  throw new TypeError('A run ends with its result.')
}

function print(terminal: Terminal, result: LabResult, { json, csv }: LabOptions): void {
  if (json) return terminal.answer(JSON.stringify(result, undefined, 1))
  if (csv) return terminal.answer(labCsv(result).trimEnd())
  for (const line of tableLines(result)) terminal.answer(line)
}
