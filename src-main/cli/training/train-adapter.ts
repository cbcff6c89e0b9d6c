import { join } from 'node:path'
import type { FinetuneConfig, FinetuneNews } from '#shared/schema/run'
import { finetune, type FinetuneTask } from '../../engine/jobs/finetune/finetune'
import { rehearse } from '../../engine/jobs/finetune/rehearse'
import { listModels } from '../../engine/jobs/generate/list-models'
import { dataFolder } from '../../library/folders'
import { Library } from '../../library/library'
import { chooseModel } from '../drawing/choose-model'
import { progressBar, type Progress } from '../drawing/progress'
import { UsageError } from '../explain'
import { Interrupted, interruptible } from '../interrupt'
import { modelPlaces } from '../studio-places'
import type { Terminal } from '../terminal'
import { bytes, cacheLine, estimateLines, reportLines } from './report-lines'
import { runFromOptions, settingsOf, type RunWishes } from './run-from-options'
import { StepTeller } from './step-teller'

/** What to do with the run beside training it. */
export interface AdapterOptions extends RunWishes {
  readonly config?: string
  readonly resume?: boolean
  readonly dryRun?: boolean
  readonly threads?: number
}

/** Trains an adapter and prints its folder; with `dryRun` prints what the run would do, as JSON. Throws what is wrong, Interrupted on Ctrl-C. */
export async function trainAdapter(terminal: Terminal, options: AdapterOptions): Promise<void> {
  const library = Library.open(dataFolder(), 'the tim command line')
  try {
    // Two trainings at once would only slow each other down, and could share a folder.
    library.locks.need('run')
    const { runs, adapters, encoded } = library.folders
    const run = runFromOptions(options, fileOf(options, runs))
    const { folder: base } = chooseModel(await listModels(modelPlaces(library.folders)), run.model, undefined)
    const places = { base, folder: join(runs, run.name), adapter: join(adapters, run.name), cache: encoded }
    const threads = options.threads === undefined ? {} : { threads: options.threads }
    const task: FinetuneTask = { run, ...places, resume: options.resume ?? false, ...threads }
    await interruptible((signal) => {
      return options.dryRun
        ? tellRehearsal(terminal, rehearse(task, signal))
        : follow(terminal, run, task.folder, finetune(task, signal))
    })
  } finally {
    library.close()
  }
}

/** A resumed run has its settings in its folder, unless they are given anew. */
function fileOf({ config, resume, name, images }: AdapterOptions, runs: string): string | undefined {
  if (config !== undefined || !resume || images !== undefined) return config
  if (name === undefined) throw new UsageError('Which run is to go on?', 'Name it with --name, or give its --config.')
  return settingsOf(runs, name)
}

async function tellRehearsal(terminal: Terminal, news: AsyncIterable<FinetuneNews>): Promise<void> {
  const preparing = new Preparing(terminal)
  const found: Record<string, unknown> = {}
  for await (const each of news) {
    preparing.hear(each)
    if (each.is === 'report') found['report'] = each.report
    if (each.is !== 'estimate') continue
    found['estimate'] = each.estimate
    for (const line of estimateLines(each.estimate)) terminal.tell(line)
    const { remedies } = each.estimate
    for (const remedy of remedies) terminal.tell(`  ${remedy.change}: about ${bytes(remedy.bytes)}`)
  }
  terminal.answer(JSON.stringify(found, undefined, 2))
}

async function follow(terminal: Terminal, run: FinetuneConfig, folder: string, news: AsyncIterable<FinetuneNews>): Promise<void> {
  const { steps } = run.training
  const teller = new StepTeller(terminal, steps, Math.max(1, Math.round(steps / 40)))
  const preparing = new Preparing(terminal)
  try {
    for await (const each of news) {
      preparing.hear(each)
      if (each.is === 'estimate') for (const line of estimateLines(each.estimate)) terminal.tell(line)
      if (each.is === 'begun') {
        const { parameters, targets, step } = each
        const what = `${(parameters / 1e6).toFixed(2)} million parameters on ${targets} layers`
        terminal.tell(`${what}, step ${step} of ${steps}; log and pictures in ${folder}`)
        teller.begin(step)
      }
      if (each.is === 'step') teller.step({ ...each.line, updated: true })
      if (each.is === 'validation') terminal.tell(`step ${each.step}: validation loss ${each.loss.toFixed(4)}`)
      if (each.is === 'warning') terminal.tell(`step ${each.step}: ${each.message} ${each.remedy}`)
      if (each.is === 'finished') {
        teller.stop()
        terminal.answer(each.adapter)
      }
      if (each.is !== 'stopped') continue
      teller.stop()
      terminal.tell(`Saved at step ${each.step}; go on with --resume.`)
      throw new Interrupted()
    }
  } finally {
    teller.stop()
    preparing.stop()
  }
}

/** Tells of looking at pictures and of encoding them. */
class Preparing {
  private bar: { readonly is: string; readonly progress: Progress } | undefined

  constructor(private readonly terminal: Terminal) {}

  hear(news: FinetuneNews): void {
    if (news.is === 'cache') this.terminal.tell(cacheLine(news))
    if (news.is === 'report') for (const line of reportLines(news.report)) this.terminal.tell(line)
    if (news.is !== 'examining' && news.is !== 'encoding' && news.is !== 'preserving') return this.stop()
    if (this.bar?.is !== news.is) {
      this.stop()
      this.bar = { is: news.is, progress: progressBar(this.terminal.screen, news.is, news.of) }
    }
    this.bar.progress.step('')
    if (news.done === news.of) this.stop()
  }

  stop(): void {
    this.bar?.progress.stop()
    this.bar = undefined
  }
}
