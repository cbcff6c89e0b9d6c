import { expect, it } from 'vitest'
import { slotName, watches, withBegun, withGeneration, without, withJob } from './slots'

const surface = { width: 800, height: 600 }
const empty: Parameters<typeof withJob>[0] = { placed: [], selection: [], jobs: [] }
const job = { job: 'j', width: 128, height: 64, count: 2, generations: [] }

it('gives a job its places once, and selects the first', () => {
  const layout = withJob(empty, job, surface)
  expect(layout.placed.map((item) => item.id)).toEqual(['j/0', 'j/1'])
  expect(layout.placed[0]).toMatchObject({ width: 128, height: 64 })
  expect(layout.selection).toEqual(['j/0'])
  expect(withJob(layout, job, surface)).toBe(layout)
})

it('knows a job again after its pictures have got their names', () => {
  const layout = withGeneration(withJob(empty, job, surface), 'j', 0, 'g')
  expect(layout.placed.map((item) => item.id)).toEqual(['g', 'j/1'])
  expect(layout.selection).toEqual(['g'])
  expect(withJob(layout, { ...job, generations: ['g'] }, surface)).toBe(layout)
  expect(withJob(layout, job, surface)).toBe(layout)
})

it('does not give places again that were freed', () => {
  const layout = without(withJob(empty, job, surface), () => true)
  expect(withJob(layout, job, surface)).toBe(layout)
})

it('places what was made before the window was there under its name', () => {
  const layout = withJob(empty, { ...job, generations: ['g'] }, surface)
  expect(layout.placed.map((item) => item.id)).toEqual(['g', 'j/1'])
  const shown = { ...layout, jobs: [] }
  expect(withJob(shown, { ...job, generations: ['g', undefined] }, surface).placed).toBe(shown.placed)
})

it('places a refined picture beside the one it refines', () => {
  const first = withJob(empty, { ...job, count: 1 }, surface)
  const refined = withJob(first, { ...job, job: 'k', count: 1 }, surface, 'j/0')
  expect(refined.placed[1]).toMatchObject({ id: 'k/0', x: 136, y: 0 })
})

it('selects what is near when the selected place goes', () => {
  const layout = withJob(empty, { ...job, count: 3 }, surface)
  const after = (selected: string, ...gone: string[]) =>
    without({ ...layout, selection: [selected] }, (id) => gone.includes(id)).selection
  expect(after('j/1', 'j/1')).toEqual(['j/2'])
  expect(after('j/2', 'j/2')).toEqual(['j/1'])
  expect(after('j/0', 'j/2')).toEqual(['j/0'])
  expect(after('j/0', 'j/0', 'j/1', 'j/2')).toEqual([])
})

it('goes along with what forms, unless something was selected by hand', () => {
  const layout = withGeneration(withJob(empty, job, surface), 'j', 0, 'g')
  expect(withBegun(withGeneration(layout, 'j', 1, 'h'), 'h').selection).toEqual(['h'])
  const byHand = { ...layout, selection: ['j/1'] }
  expect(withBegun(byHand, 'g')).toBe(byHand)
  expect(withBegun(layout, 'elsewhere')).toBe(layout)
})

it('knows whether something unfinished is being watched', () => {
  const layout = withGeneration(withJob(empty, job, surface), 'j', 0, 'g')
  expect(watches(layout, () => false)).toBe(true)
  expect(watches(layout, (id) => id === 'g')).toBe(false)
  expect(watches({ ...layout, selection: [] }, () => false)).toBe(false)
})

it('frees places', () => {
  const layout = withJob(empty, job, surface)
  const left = without(layout, (id) => id === slotName('j', 0))
  expect(left.placed.map((item) => item.id)).toEqual(['j/1'])
  expect(left.selection).toEqual(['j/1'])
  expect(without(layout, () => false)).toBe(layout)
})
