import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { writeTinyModel } from '../../../../test/support/tiny-model'
import { LabResult, type LabNews, type LabRow, type LabTask } from '#shared/schema/lab'
import { LAB_NAMES, LabSettings, type LabName } from '#shared/schema/lab-settings'
import { runLab } from './run-lab'

const root = temporaryFolder()
const starter = resolve('assets', 'starter')

/** Budgets that only show that everything runs. */
const small = { things: 1, steps: 6, batch: 4, width: 16, depth: 1, seeds: 1, nfe: [1, 2], drawn: 6, looks: 2 }
/** One of those that only compare trainings stands for the others: they differ in what is trained alone. */
const RESUMED: readonly LabName[] = ['nfe-sweep', 'path-consistency', 'derivatives', 'adaln-rank', 'resolution']
const TINY: { readonly [N in LabName]: object } = {
  'nfe-sweep': { nfe: [1, 2], prompts: 11, truth: 8, bootstrap: 10, shown: 2 },
  'path-consistency': { times: [1, 0.5, 0], jumps: [2, 4], samples: 2, bootstrap: 10 },
  derivatives: { ...small, steps: 4, epsilons: [0.005], samples: 2, runs: 1 },
  weightings: { ...small, weightings: ['constant', 'square'], times: ['sigmoid'] },
  mixtures: { ...small, diffusion: [0.5], consistency: [0.25] },
  'adaln-rank': small,
  transports: { ...small, transports: ['TrigFlow', 'VE_SDE'] },
  resolution: { sizes: [{ width: 192, height: 128 }], nfe: 1, prompts: 2, bootstrap: 10 },
}

function task(name: LabName, folder: string): LabTask {
  const settings = LabSettings.parse({ experiment: name, ...TINY[name] })
  return {
    kind: 'lab',
    settings,
    model: starter,
    evaluator: starter,
    set: resolve('assets', 'lab'),
    folder: join(root, folder),
    threads: 1,
  }
}

/** Runs to the end, or until `stop` says so; the news that were told. */
async function run(what: LabTask, stop: (news: LabNews) => boolean = () => false): Promise<LabNews[]> {
  const controller = new AbortController()
  const told: LabNews[] = []
  for await (const news of runLab(what, controller.signal)) {
    told.push(news)
    if (stop(news)) controller.abort(new Error('enough'))
  }
  return told
}

function resultOf(told: readonly LabNews[]): LabResult {
  const last = told.at(-1)
  if (last?.is !== 'finished') throw new Error('The run did not finish.')
  return last.result
}

/** Rows without what differs from run to run. */
function steady({ columns, rows }: LabResult): LabRow[] {
  const keys = columns.filter(({ machine }) => !machine).map(({ key }) => key)
  return rows.map((row) => Object.fromEntries(keys.map((key) => [key, row[key] ?? null])))
}

describe.each(LAB_NAMES)('%s', (name) => {
  it('measures all its pieces; stopped in the middle of one and gone on with, it ends with the same table', async () => {
    const whole = resultOf(await run(task(name, `${name}-whole`)))
    expect(LabResult.parse(whole)).toEqual(whole)
    expect(whole.measured).toBe(whole.of)
    expect(whole.rows.length).toBeGreaterThan(0)
    for (const row of steady(whole)) for (const cell of Object.values(row)) expect(cell).not.toBeUndefined()
    expect(whole.plots.some(({ series }) => series.some(({ points }) => points.length > 0))).toBe(true)
    for (const { file } of whole.pictures) expect(existsSync(join(root, `${name}-whole`, file))).toBe(true)

    if (!RESUMED.includes(name)) return
    const parts = `${name}-parts`
    await expect(run(task(name, parts), (news) => news.is === 'doing' && news.piece > 0 && news.share > 0.2)).rejects.toThrow(
      'enough',
    )
    const last = await run(task(name, parts))
    expect(last[0]).toMatchObject({ is: 'begun', of: whole.of })
    expect(last[0]?.is === 'begun' && last[0].measured).toBeGreaterThan(0)
    expect(steady(resultOf(last))).toEqual(steady(whole))
    expect(JSON.parse(readFileSync(join(root, parts, 'result.json'), 'utf8'))).toEqual(resultOf(last))
  })
})

it('learns the user’s own pictures, which have no names: distances are all that is told', async () => {
  const settings = LabSettings.parse({
    ...TINY['adaln-rank'],
    experiment: 'adaln-rank',
    ranks: ['1/3'],
    pictures: resolve('assets', 'examples', 'pimlo'),
  })
  const result = resultOf(await run({ ...task('adaln-rank', 'own'), settings }))
  expect(result.columns.some(({ key }) => key.startsWith('thing'))).toBe(false)
  expect(result.rows[0]?.['frechet1']).toBeGreaterThan(0)
  const none = LabSettings.parse({ experiment: 'adaln-rank', pictures: root })
  await expect(run({ ...task('adaln-rank', 'none'), settings: none })).rejects.toThrow('needs at least 12')
})

it('refuses prompts to a model of classes', async () => {
  await writeTinyModel(join(root, 'classes'), 'class')
  await expect(run({ ...task('nfe-sweep', 'refused'), model: join(root, 'classes') })).rejects.toThrow('draws classes')
})
