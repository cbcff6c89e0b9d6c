import { z } from 'zod'
import { f32, type Tensor } from '../../ir/tensor'
import { linear } from '../../diffusion/linear'
import { networkTimes, noised, velocity } from '../../diffusion/path'
import { transitionTarget } from '../../diffusion/target'
import { defineComponent } from './component'
import { chosenEnhancement, chosenTransport, transportOptions } from './transport-options'

/** The formulas of a transport on given numbers. */
export const transport = defineComponent({
  summary: 'x, z, t, r, F, dF_dt [, F_cond, F_uncond] → x_t, v_t, c_noise, target, x_r [, target_enhanced]',
  needs: { model: false, input: true, output: true, adapter: 'no' },
  options: z.object(transportOptions),
  run: async ({ inputs, options }) => {
    const chosen = chosenTransport(options)
    const latents = (name: string): Tensor<'f32'> => inputs.take(name, 'f32', ['B', 'C', 'H', 'W'])
    const [x, z, F, dF] = [latents('x'), latents('z'), latents('F'), latents('dF_dt')]
    const times = (name: string): Float64Array => Float64Array.from(inputs.take(name, 'f32', ['B']).data)
    const [t, r] = [times('t'), times('r')]
    const guided = ['F_cond', 'F_uncond'].some((name) => inputs.has(name))
      ? { cond: latents('F_cond'), uncond: latents('F_uncond') }
      : undefined
    const point = { x: x.data, z: z.data, t }
    const xt = noised(chosen, point)
    const input = { ...point, r, dF: dF.data }
    const shaped = (data: Float64Array): Tensor => f32(x.shape, data)
    const steps = Array.from(t, (time, i) => chosen.step(time, r[i] ?? time))
    const xr = linear(t.length, [
      { name: 'x_t', data: xt, coefficient: (i) => steps[i]?.xt ?? 0 },
      { name: 'F', data: F.data, coefficient: (i) => steps[i]?.F ?? 0 },
    ])
    const tensors = {
      x_t: shaped(xt),
      v_t: shaped(velocity(chosen, point)),
      c_noise: f32([t.length], networkTimes(chosen, t)),
      target: shaped(transitionTarget(chosen, input)),
      x_r: shaped(xr),
    }
    if (!guided) return { tensors }
    const enhanced = { by: chosenEnhancement(options), cond: guided.cond.data, uncond: guided.uncond.data }
    return { tensors: { ...tensors, target_enhanced: shaped(transitionTarget(chosen, { ...input, enhanced })) } }
  },
})
