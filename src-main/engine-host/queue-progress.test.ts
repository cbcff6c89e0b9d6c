import { expect, test } from 'vitest'
import { JobId } from '#shared/schema/id'
import { ProgressMeter } from './queue-progress'

const job = JobId.parse('01kb0000000000000000000001')

test('nothing runs, nothing is said', () => {
  expect(new ProgressMeter().view(0)).toBeNull()
})

test('before the first step it goes by what was learned, then by the steps', () => {
  const meter = new ProgressMeter()
  meter.begin({ job, of: 2, pictureMs: 800 })
  meter.beginPicture(0, 8)
  expect(meter.view(1000)).toMatchObject({ step: 0, steps: 8, share: 0, leftMs: 1600, allLeftMs: 2600 })
  for (const done of [1, 2, 3, 4]) meter.took(done, 8, 50)
  expect(meter.view(0)).toMatchObject({ step: 4, share: 0.25, leftMs: 600 })
  meter.beginPicture(1, 8)
  expect(meter.view(null)).toMatchObject({ picture: 1, share: 0.5, leftMs: 400, allLeftMs: null })
})

test('a sleep in the middle of a step is forgotten', () => {
  const meter = new ProgressMeter()
  meter.begin({ job, of: 1, pictureMs: 100 })
  meter.took(1, 4, 8 * 3_600_000)
  meter.woke()
  meter.took(2, 4, 30)
  expect(meter.view(0)).toMatchObject({ leftMs: 60 })
})

test('nothing is known of what never ran', () => {
  const meter = new ProgressMeter()
  meter.begin({ job, of: 1, pictureMs: null })
  expect(meter.view(5)).toMatchObject({ leftMs: null, allLeftMs: null })
})

test('a slow step among many hardly changes what is expected', () => {
  const meter = new ProgressMeter()
  meter.begin({ job, of: 1, pictureMs: null })
  for (let done = 1; done <= 50; done++) meter.took(done, 100, done === 49 ? 500 : 10)
  expect(meter.view(0)?.leftMs).toBeLessThan(50 * 40)
})
