import { expect, test } from 'vitest'
import { speedOf, speedWords } from './speeds'

const model = { sha256: 'a'.repeat(64), provider: 'cpu' as const }
const speed = { model: model.sha256, provider: 'cpu', width: 128, height: 128, passMs: 12.4, samples: 3 }

test('a model’s speed is that of the provider that draws it, at the size drawn most often', () => {
  const speeds = [{ ...speed, width: 256, samples: 1 }, speed, { ...speed, provider: 'webgpu', samples: 9 }]
  expect(speedOf(speeds, model)).toBe(speeds[1])
  expect(speedOf(speeds, { ...model, sha256: 'b'.repeat(64) })).toBeUndefined()
})

test('a speed is told in the unit that fits', () => {
  expect(speedWords(speed)).toBe('12 ms a pass at 128 × 128, Processor')
  expect(speedWords({ ...speed, passMs: 1900 })).toBe('1.9 s a pass at 128 × 128, Processor')
  expect(speedWords(undefined)).toMatch(/not measured/)
})
