import { expect, test } from 'vitest'
import type { GenerateTask } from '#shared/engine/protocol'
import { JobId } from '#shared/schema/id'
import type { Ending } from './engine-host'
import { EngineTurns } from './engine-turns'

const idOf = (n: number): JobId => JobId.parse(`01kb000000000000000000000${n}`)
const task = {} as GenerateTask

/** An engine whose jobs end when the test says so. */
function engine(): { readonly turns: EngineTurns; readonly log: string[]; readonly end: (job: JobId) => void } {
  const log: string[] = []
  const ends = new Map<JobId, (ending: Ending) => void>()
  const turns = new EngineTurns({
    run: async (job) => {
      log.push(`run ${job.at(-1)}`)
      return new Promise((end) => ends.set(job, end))
    },
    cancel: (job) => void log.push(`cancel ${job.at(-1)}`),
  })
  return { turns, log, end: (job) => ends.get(job)?.({ is: 'finished' }) }
}

const settled = async (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('jobs follow each other, and the engine is free in between', async () => {
  const { turns, log, end } = engine()
  expect(turns.free).toBe(true)
  const [one, two] = [turns.run(idOf(1), task, () => undefined), turns.run(idOf(2), task, () => undefined)]
  await settled()
  expect(log).toEqual(['run 1'])
  expect(turns.free).toBe(false)
  end(idOf(1))
  expect(await one).toEqual({ is: 'finished' })
  await settled()
  expect(log).toEqual(['run 1', 'run 2'])
  end(idOf(2))
  await two
  expect(turns.free).toBe(true)
})

test('a job is cancelled while it waits, without the engine, and while it runs, by the engine', async () => {
  const { turns, log, end } = engine()
  const [one, two] = [turns.run(idOf(1), task, () => undefined), turns.run(idOf(2), task, () => undefined)]
  await settled()
  turns.cancel(idOf(2))
  turns.cancel(idOf(1))
  end(idOf(1))
  await one
  expect(await two).toMatchObject({ is: 'failed', failure: { code: 'cancelled' } })
  expect(log).toEqual(['run 1', 'cancel 1'])
})
