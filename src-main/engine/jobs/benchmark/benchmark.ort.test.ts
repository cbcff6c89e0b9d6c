import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { writeTinyModel } from '../../../../test/support/tiny-model'
import { openModel } from '../generate/open-model'
import { benchmark, type BenchmarkPlan, type Measured } from './benchmark'

const folder = join(temporaryFolder(), 'text')
const plan: BenchmarkPlan = {
  sizes: [
    { width: 32, height: 32 },
    { width: 64, height: 32 },
  ],
  runs: 2,
  prompt: 'a fox',
  classId: undefined,
}
const clock = (): number => performance.now()

test('every part of a picture is timed, at every size', async () => {
  await writeTinyModel(folder, 'text')
  const rows: Measured[] = []
  const opened = () => openModel(folder, 'cpu')
  for await (const row of benchmark(opened, plan, clock, new AbortController().signal)) rows.push(row)
  expect(rows.map(({ what, size }) => (size ? `${what} ${size.width}×${size.height}` : what))).toEqual([
    'load',
    'prompt',
    ...['32×32', '64×32'].flatMap((size) => [`pass ${size}`, `guided pass ${size}`, `decode ${size}`]),
  ])
  expect(rows.every(({ ms, firstMs }) => ms > 0 && Number.isFinite(firstMs))).toBe(true)
})

test('a run that is stopped ends between two measurements and lets the model go', async () => {
  await writeTinyModel(folder, 'text')
  const stop = new AbortController()
  let released = false
  const open = async () => {
    const model = await openModel(folder, 'cpu')
    return { ...model, release: async () => void ((released = true), await model.release()) }
  }
  const run = async (): Promise<void> => {
    for await (const { what } of benchmark(open, plan, clock, stop.signal)) if (what === 'prompt') stop.abort(new Error('enough'))
  }
  await expect(run()).rejects.toThrow('enough')
  expect(released).toBe(true)
})
