import type { QueueJob } from '#shared/schema/queue'
import { expect, it } from 'vitest'
import { queueWords } from './queue-words'

const job = (state: QueueJob['state']) => ({ state }) as QueueJob

it('says nothing while nothing waits', () => {
  expect(queueWords('ready', { jobs: [], owner: null })).toBe('')
  expect(queueWords('working', { jobs: [job('running')], owner: null })).toBe('')
})

it('counts what waits, not what runs', () => {
  expect(queueWords('working', { jobs: [job('running'), job('waiting'), job('waiting')], owner: null })).toBe('2 in queue')
})

it('says how the engine is', () => {
  expect(queueWords('starting', { jobs: [job('waiting')], owner: null })).toBe('The engine is starting · 1 in queue')
  expect(queueWords('down', { jobs: [job('waiting')], owner: null })).toBe('The engine is not running')
})

it('says who else runs the queue', () => {
  expect(queueWords('ready', { jobs: [], owner: 'tim (process 42)' })).toBe('The queue is run by tim (process 42)')
})
