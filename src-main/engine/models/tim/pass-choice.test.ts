import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { measuredPasses, passFile, passMemory, whereFits, type PassChoice } from './pass-choice'

/** Runs guided steps whose ways take these milliseconds; tells which way each went. */
async function ways(choice: PassChoice, clock: { ms: number }, cost: { apart: number; joined: number }, steps: number) {
  const seen: string[] = []
  const way = (name: 'apart' | 'joined') => (): Promise<void> => {
    seen.push(name)
    clock.ms += cost[name]
    return Promise.resolve()
  }
  for (let i = 0; i < steps; i++) await choice({ name: '1x64x8', tokens: 64 }, way('apart'), way('joined'))
  return seen
}

test.each([
  [{ apart: 10, joined: 7 }, 'joined'],
  [{ apart: 10, joined: 12 }, 'apart'],
])('after a warm step each way is timed twice, then the faster one runs: %o', async (cost, faster) => {
  const clock = { ms: 0 }
  const choice = measuredPasses(passMemory(), () => clock.ms)
  expect(await ways(choice, clock, cost, 8)).toEqual(['apart', 'apart', 'joined', 'apart', 'joined', faster, faster, faster])
})

test('findings outlast the process, for their model alone; a damaged file begins anew', async () => {
  const file = join(temporaryFolder(), 'pass-times.json')
  const clock = { ms: 0 }
  const choice = (model: string): PassChoice => measuredPasses(passFile(file, model), () => clock.ms)
  await ways(choice('a'), clock, { apart: 10, joined: 7 }, 5)
  expect(await ways(choice('a'), clock, { apart: 10, joined: 7 }, 1)).toEqual(['joined'])
  expect(await ways(choice('b'), clock, { apart: 10, joined: 7 }, 1)).toEqual(['apart'])
  writeFileSync(file, '{')
  expect(await ways(choice('a'), clock, { apart: 10, joined: 7 }, 1)).toEqual(['apart'])
})

test('a step at which the machine was busy does not decide', async () => {
  const clock = { ms: 0 }
  const choice = measuredPasses(passMemory(), () => clock.ms)
  await ways(choice, clock, { apart: 10, joined: 70 }, 3)
  await ways(choice, clock, { apart: 10, joined: 7 }, 2)
  expect(await ways(choice, clock, { apart: 10, joined: 7 }, 1)).toEqual(['joined'])
})

test('without memory for both at once they follow each other, whatever is faster', async () => {
  const clock = { ms: 0 }
  const choice = whereFits(
    measuredPasses(passMemory(), () => clock.ms),
    (tokens) => tokens > 64,
  )
  expect(await ways(choice, clock, { apart: 10, joined: 7 }, 7)).toEqual(Array(7).fill('apart'))
})
