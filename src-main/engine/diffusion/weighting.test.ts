import { expect, test } from 'vitest'
import { fixtureTensors, relativeError } from '../../../test/support/fixtures'
import { timeWeights, weightingType, type TimeWeighting } from './weighting'

const { f32, names } = fixtureTensors('transports')
const t = Float64Array.from(f32('weighting.t').data)
const r = Float64Array.from(f32('weighting.r').data)

test.each(names.filter((name) => name.split('.').length === 4))('%s equals the released code', (name) => {
  const [, type, stretch, of] = name.split('.')
  const weighting = { type: weightingType(type), stretch: stretch as TimeWeighting['stretch'], of: of as TimeWeighting['of'] }
  expect(relativeError(timeWeights(weighting, 1, { t, r, nDiffusion: 3 }), f32(name).data)).toBeLessThan(1e-7)
})

test('an unknown weighting is refused with the known ones', () => {
  expect(() => weightingType('cube')).toThrow(
    "weight_time_type is 'cube', but must be one of constant, reciprocal, sqrt, square, Soft-Min-SNR",
  )
})
