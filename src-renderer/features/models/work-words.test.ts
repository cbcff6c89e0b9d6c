import { expect, test } from 'vitest'
import { downloadTitle, progressWords, workTitle } from './work-words'

const progress = {
  phase: 'importing' as const,
  what: 't2i_model.bin',
  done: 1.5e9,
  total: 3.46e9,
  rate: 24e6,
  secondsLeft: 82,
}

test('a work in progress says how far it is, and only what it knows', () => {
  const work = { is: 'running' as const, work: 'import' as const, model: 'x', notes: [] }
  expect(workTitle({ ...work, progress })).toBe('Importing 43 %')
  expect(workTitle({ ...work, progress: null })).toBe('Importing')
  expect(downloadTitle({ ...progress, phase: 'fetching', done: 0, total: 0 })).toBe('Downloading')
  expect(progressWords(progress)).toBe('t2i_model.bin · 1.5 GB of 3.5 GB · 24 MB/s · about 82 s')
  expect(progressWords({ ...progress, total: 0, rate: 0, secondsLeft: null })).toBe('t2i_model.bin')
})
