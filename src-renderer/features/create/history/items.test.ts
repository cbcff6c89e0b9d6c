import { GenerationId } from '#shared/schema/id'
import { expect, it } from 'vitest'
import { rowKey, type Row } from '../../../state/history-rows'
import { FOLDED, heightOf, historyItems } from './items'

const ids = (count: number) => Array.from({ length: count }, (_, i) => GenerationId.parse(String(i % 10).repeat(26)))
const row = (day: string, prompt: string, count: number): Row => ({
  day,
  prompt,
  classId: undefined,
  ids: ids(count),
})
const now = new Date(2026, 2, 30, 12).getTime()

it('puts a heading above the first row of each day', () => {
  const items = historyItems([row('2026-03-30', 'a', 1), row('2026-03-30', 'b', 1), row('2026-03-29', 'a', 1)], new Set(), now)
  expect(items.map(({ heading, row: { prompt } }) => [heading, prompt])).toEqual([
    ['Today', 'a'],
    [undefined, 'b'],
    ['Yesterday', 'a'],
  ])
  expect(new Set(items.map(({ key }) => key)).size).toBe(3)
})

it('folds long rows and leaves a tile to open them', () => {
  const long = row('2026-03-30', 'a', 24)
  expect(historyItems([long], new Set(), now)[0]).toMatchObject({ hidden: 24 - (FOLDED - 1) })
  expect(historyItems([long], new Set([rowKey(long)]), now)[0]).toMatchObject({ hidden: 0 })
})

it('knows how tall an item will be', () => {
  const items = historyItems([row('2026-03-30', 'a', 6), row('2026-03-30', 'b', 5)], new Set(), now)
  expect(items.map(heightOf)).toEqual([32 + 32 + 2 * 52, 32 + 52])
})
