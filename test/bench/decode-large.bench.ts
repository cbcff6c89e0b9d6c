import { beforeAll, expect, test } from 'vitest'
import { keeps, record, type Figure } from '../support/figures'
import { temporaryFolder } from '../support/temporary-folder'
import { buildChild, runChild, subjects, writeModel } from './decode-subjects'

/** Pictures of 4096² (`TIM_BENCH_SIDES=2048` others), which take long: the memory of a process that decodes one counts here, not the time. */
const PATIENCE_MS = 12 * 3_600_000
const sides = (process.env['TIM_BENCH_SIDES'] ?? '4096').split(',').map(Number)
const folder = temporaryFolder()

beforeAll(buildChild, 120_000)

test.runIf(process.platform === 'linux').each(subjects)(
  '$name decodes large pictures',
  { timeout: PATIENCE_MS },
  async (subject) => {
    const model = await writeModel(subject, folder)
    for (const side of sides) {
      const figures: Figure[] = []
      const { peak, foretold, seconds } = runChild(model, side, 1)
      const what = `${subject.name} decode ${side}²`
      figures.push({ what: `${what}, peak PSS`, value: peak / 1e9, unit: 'GB', bar: { atMost: 4 } })
      figures.push({ what: `${what}, foretold memory`, value: foretold / 1e9, unit: 'GB' })
      figures.push({ what: `${what}, beside other work`, value: seconds[0] ?? 0, unit: 's' })
      record(`decode-${subject.peer.replace('_decode', '').replaceAll('_', '-')}-${side}`, figures)
      expect(figures.filter((figure) => !keeps(figure)).map((figure) => figure.what)).toEqual([])
    }
  },
)
