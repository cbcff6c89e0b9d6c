import { describe, expect, test } from 'vitest'
import { probeTensors } from '../../src-main/engine/jobs/probe/probe'
import type { Tensor } from '../../src-main/engine/ir/tensor'
import { fixtureCases, fixtureTensors, relativeError } from '../support/fixtures'

/** Formulas in float64 against float64 rounded to float32. */
const ROUNDING = 1e-7

describe('probe transport', () => {
  const { f32 } = fixtureTensors('transports')
  const cases = fixtureCases<{ readonly transport: string; readonly params: object; readonly enhanced: object }[]>('transports')

  test.each(cases)('$transport with the options as they stand', async ({ transport, params, enhanced }) => {
    const names = ['x', 'z', 't', 'r', 'F', 'dF_dt', 'F_cond', 'F_uncond']
    const tensors = Object.fromEntries(names.map((name) => [name, f32(`${transport}.${name}`)]))
    const out = await probeTensors('transport', { tensors, options: { transport, params, enhanced } })
    expect(Object.keys(out).sort()).toEqual(['c_noise', 'target', 'target_enhanced', 'v_t', 'x_r', 'x_t'])
    for (const [name, found] of Object.entries(out)) {
      expect(found.shape).toEqual(f32(`${transport}.${name}`).shape)
      expect(relativeError(found.data as Float32Array, f32(`${transport}.${name}`).data), name).toBeLessThan(ROUNDING)
    }
  })

  test('parameters may stand beside the transport; the enhanced target needs both guides', async () => {
    const names = ['x', 'z', 't', 'r', 'F', 'dF_dt']
    const tensors = Object.fromEntries(names.map((name) => [name, f32(`EDM.${name}`)]))
    const flat = await probeTensors('transport', { tensors, options: { transport: 'EDM', sigma_d: 1 } })
    const nested = await probeTensors('transport', { tensors, options: { transport: 'EDM', params: { sigma_d: 1 } } })
    expect(flat).toEqual(nested)
    expect(flat).not.toHaveProperty('target_enhanced')
    const half = { ...tensors, F_cond: f32('EDM.F_cond') }
    await expect(probeTensors('transport', { tensors: half })).rejects.toThrow("no tensor 'F_uncond'")
  })

  test.each([
    [{ transport: 'OTFM' }, "Option 'transport'"],
    [{ transport: 'OT_FM', beta_d: 1 }, "OT_FM parameter is 'beta_d'"],
    [{ transport: 'OT_FM', sigma: 1 }, "Unknown option 'sigma'"],
    [{ enhanced: { w: 1 } }, "Unknown option 'w'"],
  ])('%o is refused', async (options, message) => {
    const names = ['x', 'z', 't', 'r', 'F', 'dF_dt']
    const tensors = Object.fromEntries(names.map((name) => [name, f32(`EDM.${name}`)]))
    await expect(probeTensors('transport', { tensors, options })).rejects.toThrow(message)
  })
})

test.each(fixtureTensors('transports').names.filter((name) => name.split('.').length === 4))(
  'probe weighting: %s',
  async (name) => {
    const { f32 } = fixtureTensors('transports')
    const [, type, stretch, of] = name.split('.')
    const options = {
      weight_time_type: type,
      weight_time_tangent: stretch === 'tangent',
      weight_time_sigmoid: stretch === 'sigmoid',
      weight_t_and_r: of === 't-r',
      n_diffusion: 3,
    }
    const { weight } = await probeTensors('weighting', { tensors: { t: f32('weighting.t'), r: f32('weighting.r') }, options })
    expect(relativeError(weight?.data as Float32Array, f32(name).data)).toBeLessThan(ROUNDING)
  },
)

describe('probe optimizer', () => {
  const fixture = fixtureTensors('optim')

  test.each(['adamw0', 'adamw1', 'adamw2'])('%s', async (name) => {
    const { case: _case, ...options } = fixtureCases<{ readonly case?: string }[]>('optim').find((c) => c.case === name) ?? {}
    const inside = fixture.names.filter((key) => key.startsWith(`${name}.`)).map((key) => key.slice(name.length + 1))
    const given = inside.filter((key) => /^(p\d+\.0|g\d+\.\d+)$/.test(key))
    const tensors: Record<string, Tensor> = Object.fromEntries(given.map((key) => [key, fixture.f32(`${name}.${key}`)]))
    const out = await probeTensors('optimizer', { tensors, options })
    expect(Object.keys(out).sort()).toEqual(inside.filter((key) => !given.includes(key)).sort())
    for (const [key, found] of Object.entries(out)) {
      expect(relativeError(found.data as Float32Array, fixture.f32(`${name}.${key}`).data), key).toBeLessThan(1e-6)
    }
  })

  test('a gradient of another shape is refused with the one expected', async () => {
    const tensors = { 'p0.0': fixture.f32('adamw0.p0.0'), 'g0.1': fixture.f32('adamw0.g1.1') }
    await expect(probeTensors('optimizer', { tensors })).rejects.toThrow(
      "Tensor 'g0.1' in The call is f32(7), expected f32(5, 3)",
    )
  })
})

describe('probe noise', () => {
  const { f32, names } = fixtureTensors('noise')

  test.each(names.filter((name) => !name.endsWith('second20')))('%s', async (name) => {
    const [seed, shape = ''] = name.split('.')
    const { noise } = await probeTensors('noise', { options: { seed: Number(seed), shape: shape.split('x').map(Number) } })
    expect(noise?.shape).toEqual(f32(name).shape)
    expect(relativeError(noise?.data as Float32Array, f32(name).data)).toBeLessThan(3e-7)
  })

  test('counter noise of a batch is that of its pictures', async () => {
    const options = { seed: 5, noise: 'philox4x32-10/1' }
    const { noise: batch } = await probeTensors('noise', { options: { ...options, shape: [2, 3] } })
    const { noise: second } = await probeTensors('noise', { options: { ...options, shape: [1, 3], image_index: 1 } })
    expect(second?.data).toEqual((batch?.data as Float32Array).slice(3))
  })

  test.each([{ shape: [0] }, { shape: [1 << 29] }, { seed: -1, shape: [1] }, { seed: 0.5, shape: [1] }])(
    '%o is refused',
    async (options) => {
      await expect(probeTensors('noise', { options })).rejects.toThrow(/Option '(shape|seed)/)
    },
  )
})
