import { describe, expect, test } from 'vitest'
import { fixtureCases, fixtureTensors, relativeError } from '../../../../test/support/fixtures'
import { linear } from '../linear'
import { networkTimes, noised, velocity } from '../path'
import { transitionTarget } from '../target'
import { RandomStream } from '../noise/random-stream'
import { makeTransport, parameterNames } from './table'
import type { Transport, TransportName } from './transport'

interface Case {
  readonly transport: string
  readonly params: Readonly<Record<string, number>>
  readonly enhanced: { readonly w_gt: number; readonly w_cond: number; readonly w_start: number; readonly w_end: number }
}

const cases = fixtureCases<Case[]>('transports')
const { f32 } = fixtureTensors('transports')

/** The fixture is float64 arithmetic rounded to float32: half an ulp is 6e-8. */
const TOLERANCE = 1e-7

describe.each(cases)('$transport', ({ transport: name, params, enhanced }) => {
  const known = parameterNames(name as TransportName)
  const transport = makeTransport(name, Object.fromEntries(Object.entries(params).filter(([key]) => known.includes(key))))
  const data = (part: string): Float32Array => f32(`${name}.${part}`).data
  const t = Float64Array.from(data('t'))
  const r = Float64Array.from(data('r'))
  const point = { x: data('x'), z: data('z'), t }

  test.each([
    ['x_t', () => noised(transport, point)],
    ['v_t', () => velocity(transport, point)],
    ['c_noise', () => networkTimes(transport, t)],
    ['target', () => transitionTarget(transport, { ...point, r, dF: data('dF_dt') })],
    [
      'target_enhanced',
      () => {
        const by = { gt: enhanced.w_gt, cond: enhanced.w_cond, start: enhanced.w_start, end: enhanced.w_end }
        return transitionTarget(transport, {
          ...point,
          r,
          dF: data('dF_dt'),
          enhanced: { by, cond: data('F_cond'), uncond: data('F_uncond') },
        })
      },
    ],
    [
      'x_r',
      () =>
        linear(t.length, [
          { name: 'x_t', data: data('x_t'), coefficient: (i) => transport.step(t[i] ?? NaN, r[i] ?? NaN).xt },
          { name: 'F', data: data('F'), coefficient: (i) => transport.step(t[i] ?? NaN, r[i] ?? NaN).F },
        ]),
    ],
  ] as const)('%s equals the released code', (part, compute) => {
    expect(relativeError(compute(), data(part))).toBeLessThan(TOLERANCE)
  })
})

/** Consistent transports at parameters where the released formulas agree with each other. */
const consistent = ['OT_FM', 'TrigFlow', 'VP_SDE', 'VE_SDE']
  .map((name) => makeTransport(name))
  .concat(makeTransport('EDM', { sigma_d: 1 }))

const times = (transport: Transport): number[] => {
  const { min, max } = transport.time
  return [0.1, 0.35, 0.6, 0.9].map((u) => min + u * (Math.min(max, 5) - min))
}

describe.each(consistent.map((transport) => [transport.name, transport] as const))(
  '%s is consistent with itself',
  (_, transport) => {
    const random = new RandomStream(1)

    test('α̇, σ̇ and the rate of the network time are derivatives', () => {
      for (const t of times(transport)) {
        const h = 1e-5 * t
        const [late, early, at] = [transport.interpolant(t + h), transport.interpolant(t - h), transport.interpolant(t)]
        expect((late.alpha - early.alpha) / (2 * h)).toBeCloseTo(at.alphaDot, 6)
        expect((late.sigma - early.sigma) / (2 * h)).toBeCloseTo(at.sigmaDot, 6)
        const rate = (transport.networkTime(t + h) - transport.networkTime(t - h)) / (2 * h)
        expect(rate / transport.networkTimeRate(t)).toBeCloseTo(1, 6)
      }
    })

    test('with the diffusion target of a single point, a step lands on that point’s path', () => {
      for (const t of times(transport)) {
        const r = transport.time.min + 0.4 * (t - transport.time.min)
        const [x, z] = [random.normal(), random.normal()]
        const [at, to] = [transport.interpolant(t), transport.interpolant(r)]
        const base = transport.target(t, t).base
        // For one data point and one noise the transition F is constant along the path wherever F = base is linear in (x, z).
        const xt = at.alpha * x + at.sigma * z
        const { xt: a, F: b } = transport.step(t, r)
        const F = base.x * x + base.z * z
        expect(a * xt + b * F).toBeCloseTo(to.alpha * x + to.sigma * z, 9)
      }
    })

    test('target and step agree: the step with F̂ is stationary in t', () => {
      // x_r(t) = A x_t + B F must not depend on t along the path: dA/dt x_t + A v + dB/dt F + B dF/dt = 0 at F = F̂.
      for (const t of times(transport)) {
        const r = transport.time.min + 0.5 * (t - transport.time.min)
        const [x, z, dF] = [random.normal(), random.normal(), random.normal()]
        const terms = transport.target(t, r)
        const F = (terms.base.x + terms.rest.x) * x + (terms.base.z + terms.rest.z) * z + terms.rest.dF * dF
        const landing = (s: number): number => {
          const { alpha, sigma } = transport.interpolant(s)
          const { xt: a, F: b } = transport.step(s, r)
          return a * (alpha * x + sigma * z) + b * (F + (s - t) * dF)
        }
        const h = 1e-5 * t
        expect((landing(t + h) - landing(t - h)) / (2 * h)).toBeCloseTo(0, 5)
      }
    })

    test('training times stay on the path', () => {
      for (let i = 0; i < 1000; i++) expect(transport.drawTime(random)).toBeGreaterThanOrEqual(0)
    })
  },
)

test('the released EDM step is not stationary at σ_d = 0.5', () => {
  const transport = makeTransport('EDM')
  const { xt, F } = transport.step(1, 1)
  expect(xt).toBeCloseTo(1, 12)
  expect(F).toBe(0)
  const [t, r] = [1, 0.5]
  const at = transport.interpolant(t)
  const { base } = transport.target(t, t)
  const { xt: a, F: b } = transport.step(t, r)
  expect(Math.abs(a * at.alpha + b * base.x - transport.interpolant(r).alpha)).toBeGreaterThan(0.01)
})

test('stochastic OT-FM step: x_r − s ẑ dt + √(2 s t dt) ε', () => {
  const [t, r, s, xt, F, e] = [0.7, 0.4, 0.3, 1.5, -0.8, 0.6]
  const terms = makeTransport('OT_FM').step(t, r, s)
  const z = xt + (1 - t) * F
  const expected = xt - (t - r) * F - s * z * (t - r) + Math.sqrt(2 * s * t * (t - r)) * e
  expect(terms.xt * xt + terms.F * F + terms.noise * e).toBeCloseTo(expected, 12)
})

test('unknown names and non-numbers are refused with what is allowed', () => {
  expect(() => makeTransport('OTFM')).toThrow("transport is 'OTFM', but must be one of OT_FM, TrigFlow, EDM, VP_SDE, VE_SDE.")
  expect(() => makeTransport('EDM', { beta: 1 })).toThrow("EDM parameter is 'beta', but must be one of P_mean")
  expect(() => makeTransport('EDM', { sigma_d: NaN })).toThrow('EDM.sigma_d is NaN, but must be a finite number')
})
