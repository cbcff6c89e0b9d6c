import { expect, it } from 'vitest'
import { f32, type Tensor } from '../../ir/tensor'
import type { Opinion } from '../../scoring/evaluator'
import type { Judge } from './judge'
import { fill, PICTURE } from './lay-out'
import { backgrounds } from './palette'
import { SIDE } from './places'
import type { Scene } from './scenes'
import { Score } from './score'

/** A judge who sees in each place the concept that it was told. */
function judgeOf(seen: readonly (readonly number[])[]): Judge {
  const opinion = (concept: number): Opinion => ({
    concept: Float32Array.from({ length: 10 }, (_, i) => -Math.abs(i - concept)),
    style: () => Float32Array.of(1, 0),
    features: Float32Array.of(concept, 1),
  })
  return { concepts: 10, look: () => Promise.resolve(seen.map((each) => each.map(opinion))), release: () => Promise.resolve() }
}

function plain(colours: readonly number[]): Tensor<'f32'> {
  const pictures = new Float32Array(colours.length * PICTURE)
  colours.forEach((colour, i) => fill(backgrounds[colour]?.rgb ?? [0, 0, 0], pictures.subarray(i * PICTURE, (i + 1) * PICTURE)))
  return f32([colours.length, 3, SIDE, SIDE], pictures)
}

const pair: Scene = { arrangement: 'beside', things: [{ concept: 3 }, { concept: 7 }], style: 0, background: 2 }

it('tells both present from both in place', async () => {
  const score = new Score()
  const seen = [
    [3, 7],
    [7, 3],
    [3, 4],
    [3, 3],
  ]
  await score.add(judgeOf(seen), [pair, pair, pair, pair], plain([2, 2, 2, 3]))
  const quality = score.quality()
  expect(quality).toMatchObject({ pictures: 4, bothPlaced: 0.25, bothPresent: 0.5, style: 1, background: 0.75 })
  // Of eight places: 3 7 | 3 | 3.
  expect(quality.top1).toBe(0.5)
  expect(quality.allPresent).toBeUndefined()
  expect(score.rows.length).toBe(16)
})

it('wants all of several things', async () => {
  const score = new Score()
  const three: Scene = { arrangement: 'three', things: [{ concept: 5 }], style: 1, background: 0 }
  await score.add(
    judgeOf([
      [5, 5, 5],
      [5, 5, 9],
    ]),
    [three, three],
    plain([0, 0]),
  )
  expect(score.quality()).toMatchObject({ allPresent: 0.5, style: 0 })
})
