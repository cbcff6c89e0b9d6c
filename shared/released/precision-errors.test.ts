import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { RELEASED_COSTS, STARTER_COSTS } from './precision-errors'

/** What people are told is what was measured, to two digits. */
const WHAT = { pass: 'of one pass', latent: 'of a latent of 8 steps', picture: 'of its picture' } as const

test.each([
  ['precision-starter', STARTER_COSTS],
  ['precision-released-size', RELEASED_COSTS],
] as const)('%s', (name, costs) => {
  const file = resolve('test', 'bench', 'figures', `${name}.json`)
  const { figures } = JSON.parse(readFileSync(file, 'utf8')) as { figures: { what: string; value: number }[] }
  const told = Object.entries(costs).flatMap(([precision, cost]) =>
    Object.entries(WHAT).map(([part, what]) => [`${precision}: error ${what}`, cost[part as keyof typeof WHAT]]),
  )
  expect(told).toEqual(figures.map(({ what, value }) => [what, Number(value.toPrecision(2))]))
})
