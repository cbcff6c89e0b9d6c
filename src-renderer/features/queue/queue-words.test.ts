import type { QueueProgress, QueueView } from '#shared/ipc/events'
import { JobId } from '#shared/schema/id'
import type { QueueJob } from '#shared/schema/queue'
import { expect, it } from 'vitest'
import { progressWords, queueWords } from './queue-words'

const job = (state: QueueJob['state']) => ({ state }) as QueueJob
const queue = (change: Partial<QueueView> = {}): QueueView => ({ jobs: [], waiting: 0, paused: false, owner: null, ...change })
const progress: QueueProgress = {
  job: JobId.parse('0'.repeat(26)),
  picture: 0,
  of: 1,
  step: 3,
  steps: 8,
  share: 0.375,
  leftMs: 5000,
  allLeftMs: 12_000,
}

it('says nothing while nothing happens', () => {
  expect(queueWords('ready', queue(), undefined)).toBe('')
})

it('counts what waits, not what runs, and says how long all of it takes', () => {
  const busy = queue({ jobs: [job('running'), job('waiting')], waiting: 2 })
  expect(queueWords('working', busy, undefined)).toBe('2 in queue')
  expect(queueWords('working', busy, progress)).toBe('2 in queue · about 12 s')
  expect(queueWords('working', busy, { ...progress, allLeftMs: null })).toBe('2 in queue · about 5.0 s')
  expect(queueWords('working', queue({ jobs: [job('running')] }), progress)).toBe('Drawing · about 12 s')
})

it('says how the engine is', () => {
  expect(queueWords('starting', queue({ jobs: [job('waiting')], waiting: 1 }), undefined)).toBe(
    'The engine is starting · 1 in queue',
  )
  expect(queueWords('down', queue({ waiting: 1 }), undefined)).toBe('The engine is not running')
})

it('says that it is paused, or about to be', () => {
  expect(queueWords('ready', queue({ paused: true, waiting: 1 }), undefined)).toBe('Paused · 1 in queue')
  expect(queueWords('working', queue({ paused: true, jobs: [job('running')] }), undefined)).toBe('Pausing')
})

it('says who else runs the queue', () => {
  expect(queueWords('ready', queue({ owner: 'tim (process 42)' }), undefined)).toBe('The queue is run by tim (process 42)')
})

it('says how far a job is', () => {
  expect(progressWords(progress)).toBe('step 3 of 8 · about 5.0 s')
  expect(progressWords({ ...progress, of: 4, picture: 1, step: 0, leftMs: null })).toBe('picture 2 of 4 · beginning')
})
