import { z } from 'zod'
import { f32, type Tensor } from '../../ir/tensor'
import { TransitionObjective, type ObjectiveBatch, type ObjectiveOptions } from '../../diffusion/objective'
import { NEW_CONDITIONS, type TimConfig } from '../../models/tim/config'
import { openTim, readTimWeights, type TimCheckpoint } from '../../models/tim/load'
import { timNetworkGraph, type TimCondition } from '../../models/tim/network-graph'
import { defineComponent } from './component'
import { probedAdapter } from './adapter'
import type { Inputs } from './inputs'
import { ProbeError } from './probe-error'
import { readCondition } from './transformer'
import { weightsOn } from '../../runtime/devices'
import { chosenEnhancement, chosenTransport, isEnhanced, transportOptions } from './transport-options'
import { chosenWeighting, weightingOptions } from './weighting-options'

/** The transition loss of a batch and the gradients of `loss` alone. */
export const loss = defineComponent({
  summary: 'x, z, y, t, r [, y_null, h_target, ema.KEY …] → F, dF_dt, F_target, loss [, proj_loss], grad.KEY …',
  needs: { model: true, input: true, output: true, adapter: 'allowed' },
  options: z.object({
    ...transportOptions,
    ...weightingOptions,
    derivative_type: z.enum(['dde', 'jvp']).default('dde'),
    differential_epsilon: z.number().positive().default(0.005),
    use_dir_loss: z.boolean().default(false),
    new_condition: z.enum(NEW_CONDITIONS).optional(),
  }),
  run: async ({ inputs, options, model, adapter: folder, provider }) => {
    const checkpoint = openTim(model)
    const { new_condition, ...rest } = options
    const config: TimConfig = { ...checkpoint.config, ...(new_condition && { new_condition }) }
    const enhanced = isEnhanced(rest) ? chosenEnhancement(rest) : undefined
    const batch = readBatch(inputs, config, checkpoint, { nDiffusion: options.n_diffusion, enhanced: enhanced !== undefined })
    const average = readAverage(inputs, checkpoint, enhanced !== undefined)
    inputs.finish()
    const adapter = folder === undefined ? undefined : probedAdapter(folder, checkpoint)
    const shapes = adapter?.graph.shapes ?? checkpoint.parameters
    const objective: ObjectiveOptions = {
      transport: chosenTransport(rest),
      weighting: chosenWeighting(options),
      derivative: options.derivative_type,
      epsilon: options.differential_epsilon,
      directional: options.use_dir_loss,
      ...(enhanced && { enhanced }),
      projection: 0,
      trainable: [...shapes.keys()],
    }
    const weights = {
      network: { ...readTimWeights(checkpoint), ...adapter?.weights },
      ...(average && { average: { ...average, ...adapter?.weights } }),
    }
    const network = timNetworkGraph(config, adapter?.graph)
    const bound = new TransitionObjective(network, weights, objective, { provider, ...weightsOn(provider) })
    try {
      const found = await bound.step(batch)
      const gradients = [...found.gradients].map(([key, data]) => [`grad.${key}`, f32(shapes.get(key) ?? [], data)] as const)
      const tensors: Record<string, Tensor> = {
        F: found.F,
        dF_dt: f32(batch.x.shape, found.derivative),
        F_target: f32(batch.x.shape, found.target),
        loss: f32([1], [found.loss]),
        ...(found.projectionLoss !== undefined && { proj_loss: f32([1], [found.projectionLoss]) }),
        ...Object.fromEntries(gradients),
      }
      return { tensors }
    } finally {
      await bound.release()
    }
  },
})

function readBatch(
  inputs: Inputs,
  config: TimConfig,
  { parameters }: TimCheckpoint,
  needs: { readonly nDiffusion: number; readonly enhanced: boolean },
): ObjectiveBatch<TimCondition> {
  const x = inputs.take('x', 'f32', ['B', config.in_channels, 'H', 'W'])
  const z = inputs.take('z', 'f32', ['B', config.in_channels, 'H', 'W'])
  const times = (name: string): Float64Array => Float64Array.from(inputs.take(name, 'f32', ['B']).data)
  const [t, r] = [times('t'), times('r')]
  const condition = readCondition(inputs, config, 'y')
  const nullCondition = needs.enhanced || inputs.has('y_null') ? readCondition(inputs, config, 'y_null') : undefined
  const tokens = (inputs.size('H') * inputs.size('W')) / config.patch_size ** 2
  const features = inputs.maybe('h_target', 'f32', ['B', tokens, config.z_dim])
  if (features && !parameters.has('projector.0.weight')) {
    throw new ProbeError(
      'probe.input',
      "'h_target' is given, but the model has no projector.",
      'Leave h_target out, or name a model with projector.* weights.',
    )
  }
  return {
    x,
    z,
    t,
    r,
    nDiffusion: needs.nDiffusion,
    condition,
    ...(nullCondition && { nullCondition }),
    ...(features && { features }),
  }
}

/** The average weights under ema.KEY: all or none; the projector's are not needed. */
function readAverage(inputs: Inputs, { parameters }: TimCheckpoint, needed: boolean): Record<string, Tensor> | undefined {
  if (!needed && inputs.namesUnder('ema.').length === 0) return undefined
  const average: Record<string, Tensor> = {}
  for (const [key, shape] of parameters) {
    const given = key.startsWith('projector.')
      ? inputs.maybe(`ema.${key}`, 'f32', shape)
      : inputs.take(`ema.${key}`, 'f32', shape)
    if (given) average[key] = given
  }
  return average
}
