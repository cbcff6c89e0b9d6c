import { z } from 'zod'
import { f32 } from '../../ir/tensor'
import { timeWeights } from '../../diffusion/weighting'
import { defineComponent } from './component'
import { chosenTransport, transportOptions } from './transport-options'
import { chosenWeighting, weightingOptions } from './weighting-options'

/** The weight of each sample's loss by its times. σ_d is the transport's. */
export const weighting = defineComponent({
  summary: 't, r → weight',
  needs: { model: false, input: true, output: true, adapter: 'no' },
  options: z.object({ ...transportOptions, ...weightingOptions }),
  run: async ({ inputs, options }) => {
    const times = (name: string): Float64Array => Float64Array.from(inputs.take(name, 'f32', ['B']).data)
    const pairs = { t: times('t'), r: times('r'), nDiffusion: options.n_diffusion }
    const weight = timeWeights(chosenWeighting(options), chosenTransport(options).sigmaD, pairs)
    return { tensors: { weight: f32([weight.length], weight) } }
  },
})
