import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { measuredPasses, passFile, passMemory, type PassChoice } from './pass-choice'

/** Runs guided steps whose ways take these milliseconds; tells which way each went. */
async function ways(choice: PassChoice, clock: { ms: number }, cost: { apart: number; joined: number }, steps: number) {
  const seen: string[] = []
  const way = (name: 'apart' | 'joined') => (): Promise<void> => {
    seen.push(name)
    clock.ms += cost[name]
    return Promise.resolve()
  }
  for (let i = 0; i < steps; i++) await choice('1x64x8', way('apart'), way('joined'))
  return seen
}

test.each([
  [{ apart: 10, joined: 7 }, 'joined'],
  [{ apart: 10, joined: 12 }, 'apart'],
])('after a warm step each way is timed once, then the faster one runs: %o', async (cost, faster) => {
  const clock = { ms: 0 }
  const choice = measuredPasses(passMemory(), () => clock.ms)
  expect(await ways(choice, clock, cost, 6)).toEqual(['apart', 'apart', 'joined', faster, faster, faster])
})

test('findings outlast the process, for their model alone; a damaged file begins anew', async () => {
  const file = join(temporaryFolder(), 'pass-times.json')
  const clock = { ms: 0 }
  const choice = (model: string): PassChoice => measuredPasses(passFile(file, model), () => clock.ms)
  await ways(choice('a'), clock, { apart: 10, joined: 7 }, 3)
  expect(await ways(choice('a'), clock, { apart: 10, joined: 7 }, 1)).toEqual(['joined'])
  expect(await ways(choice('b'), clock, { apart: 10, joined: 7 }, 1)).toEqual(['apart'])
  writeFileSync(file, '{')
  expect(await ways(choice('a'), clock, { apart: 10, joined: 7 }, 1)).toEqual(['apart'])
})
