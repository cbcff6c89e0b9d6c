import { GenerationId, ImageId, JobId } from '#shared/schema/id'
import { expect, it } from 'vitest'
import { begun, ended, stepped } from './forming'

const job = JobId.parse('0'.repeat(26))
const generation = GenerationId.parse('1'.repeat(26))
const step = (index: number, shown = true) => ({
  job,
  generation,
  picture: 0,
  imageIndex: 0,
  index,
  of: 4,
  t: 1 - index / 4,
  r: 0.75 - index / 4,
  ms: 40,
  image: shown ? ImageId.parse(`${generation}.${index}`) : null,
})

it('collects the states that can be shown and counts all steps', () => {
  let forming = begun({}, { job, generation, picture: 0, of: 1 })
  expect(forming[generation]).toMatchObject({ done: 0, of: 0, frames: [] })
  for (const event of [step(0), step(1, false), step(2)]) forming = stepped(forming, event)
  expect(forming[generation]).toMatchObject({ done: 3, of: 4 })
  expect(forming[generation]?.frames.map((frame) => frame.index)).toEqual([0, 2])
})

it('begins with a step when the beginning was missed', () => {
  expect(stepped({}, step(2))[generation]).toMatchObject({ done: 3, of: 4, picture: 0 })
})

it('drops states again when a job starts over after a crash', () => {
  const forming = [step(0), step(1), step(0)].reduce(stepped, {})
  expect(forming[generation]?.frames.map((frame) => frame.index)).toEqual([0])
})

it('ends', () => {
  const forming = begun({}, { job, generation, picture: 0, of: 1 })
  expect(ended(forming, (picture) => picture.job === job)).toEqual({})
  expect(ended(forming, () => false)).toEqual(forming)
})
