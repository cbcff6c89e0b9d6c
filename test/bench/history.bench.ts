import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Library } from '../../src-main/library/library'
import { fillLibrary } from '../support/big-library'
import { bound, cheapest, keeps, record, type Figure } from '../support/figures'

const PICTURES = 100_000
const ROUNDS = 9
/** Nothing, words of all, many, few and no pictures, and filters with and without words. */
const SEARCHES = [
  '',
  'a',
  'fox',
  'mou',
  'number777',
  'zebra',
  'fox nfe:8',
  'nfe:16',
  'nfe:7',
  'star:',
  'lora:ink',
  'model:none',
  'date:2025',
  'fox star: lora:ink',
]

let root: string
let library: Library

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'tim-history-'))
  fillLibrary(root, PICTURES)
  library = Library.open(root, 'the bench')
})
afterAll(() => {
  library.close()
  rmSync(root, { recursive: true })
})

test('every search among 100,000 pictures is answered within 50 ms', async () => {
  const figures: Figure[] = []
  for (const search of SEARCHES) {
    const cost = await cheapest(ROUNDS, async () =>
      Promise.resolve(library.history.page({ cursor: null, pictures: 200, search })),
    )
    const { total } = library.history.page({ cursor: null, pictures: 200, search })
    const what = `first page of ${search === '' ? 'everything' : `“${search}”`}`
    figures.push({
      what,
      value: bound(cost),
      unit: 'ms',
      bar: { atMost: 50 },
      note: `${total}${total === 1000 ? ' or more' : ''} match`,
    })
  }
  record('history', figures)
  expect(library.history.page({ cursor: null, pictures: 1, search: '' }).total).toBe(PICTURES)
  for (const figure of figures) expect(keeps(figure), figure.what).toBe(true)
})
