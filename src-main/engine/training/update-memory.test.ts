import { describe, expect, test } from 'vitest'
import { relativeError } from '../../../test/support/fixtures'
import { RandomStream } from '../diffusion/noise/random-stream'
import { AdamW, RELEASED_ADAMW, type ParameterMap } from './adamw'
import { inUpdateMemory, startAverages } from './update-memory'

/** Odd lengths, one shorter than a vector, one longer than the window of 65,536 numbers. */
const LENGTHS = { a: 3, b: 1001, c: 150_001 }

function normals(seed: number): Map<string, Float32Array> {
  const random = new RandomStream(seed)
  return new Map(Object.entries(LENGTHS).map(([key, length]) => [key, random.normals(length)]))
}

/** Weights, moments and averages after five steps from the same start. */
function trained(weights: ParameterMap, averages: ParameterMap | undefined): Record<string, ParameterMap> {
  const optimiser = new AdamW(weights, RELEASED_ADAMW)
  for (let step = 1; step <= 5; step++) {
    const ema = averages ? { ema: { weights: averages, decay: 0.9 } } : {}
    optimiser.step(normals(100 + step), { learningRate: 0.01, gradientScale: 0.7, ...ema })
  }
  const { first, second } = optimiser.state
  return { weights, first, second, ...(averages && { averages }) }
}

describe.each([true, false])('update memory (average: %s)', (average) => {
  test('updates as the plain arrays do, but for float32’s rounding', () => {
    const placed = inUpdateMemory(normals(1), { average })
    const slots = average ? startAverages(placed) : undefined
    const fast = trained(placed, slots)
    const plain = trained(normals(1), average ? normals(1) : undefined)
    for (const [part, values] of Object.entries(plain)) {
      for (const [key, expected] of values)
        expect(relativeError(fast[part]?.get(key) ?? [], expected), `${part}.${key}`).toBeLessThan(5e-7)
    }
  })
})

test('neighbours in one memory stay apart: a parameter without gradient decays and nothing else', () => {
  const placed = inUpdateMemory(normals(1), { average: false })
  const still = new Map([...normals(2)].map(([key, values]) => [key, key === 'b' ? new Float32Array(values.length) : values]))
  new AdamW(placed, RELEASED_ADAMW).step(still, { learningRate: 0.01, gradientScale: 1 })
  const keep = Math.fround(1 - 0.01 * RELEASED_ADAMW.weightDecay)
  expect(placed.get('b')).toEqual(
    normals(1)
      .get('b')
      ?.map((value) => value * keep),
  )
})

test('a saved state goes on in update memory as in plain arrays', () => {
  const before = new AdamW(normals(1), RELEASED_ADAMW)
  before.step(normals(3), { learningRate: 0.01, gradientScale: 1 })
  const [placed, plain] = [inUpdateMemory(normals(1), { average: false }), normals(1)]
  for (const weights of [placed, plain])
    new AdamW(weights, RELEASED_ADAMW, before.state).step(normals(4), { learningRate: 0.01, gradientScale: 1 })
  for (const [key, values] of plain) expect(relativeError(placed.get(key) ?? [], values)).toBeLessThan(5e-7)
})
