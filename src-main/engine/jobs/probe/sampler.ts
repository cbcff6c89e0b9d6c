import { z } from 'zod'
import { f32, type Tensor } from '../../ir/tensor'
import { sample, SAMPLE_TYPES } from '../../diffusion/sampler'
import { NEW_CONDITIONS } from '../../models/tim/config'
import { openTim, readTimWeights, type TimCheckpoint } from '../../models/tim/load'
import { TimNetwork } from '../../models/tim/network'
import type { TimCondition } from '../../models/tim/network-graph'
import { weightsOn } from '../../runtime/devices'
import type { Provider } from '../../runtime/session'
import { defineComponent } from './component'
import { ProbeError } from './probe-error'
import { readCondition, withCondition } from './transformer'
import { chosenTransport, transportOptions } from './transport-options'

/** Options of a path, under their published names. */
export const samplingOptions = z.object({
  ...transportOptions,
  num_steps: z.int().min(1).max(100_000).default(4),
  cfg_scale: z.number().default(1),
  cfg_low: z.number().default(0),
  cfg_high: z.number().default(1),
  T_max: z.number().optional(),
  T_min: z.number().optional(),
  stochasticity_ratio: z.number().min(0).default(0),
  sample_type: z.enum(SAMPLE_TYPES).default('transition'),
  new_condition: z.enum(NEW_CONDITIONS).optional(),
})

/** A whole path from noise, every state of it. */
export const sampler = defineComponent({
  summary: 'z, y [, y_null, noise.0 …] → trajectory',
  needs: { model: true, input: true, output: true, adapter: 'no' },
  options: samplingOptions,
  run: async ({ inputs, options, model, provider }) => {
    const checkpoint = openTim(model)
    const config = withCondition(checkpoint.config, options.new_condition)
    const z = inputs.take('z', 'f32', ['B', config.in_channels, 'H', 'W'])
    const condition = readCondition(inputs, config, 'y')
    const nullCondition = inputs.has('y_null') ? readCondition(inputs, config, 'y_null') : undefined
    const noises = inputs.series('noise', 'f32', ['B', config.in_channels, 'H', 'W'])
    inputs.finish()
    const path = { z, condition, noises, ...(nullCondition && { nullCondition }) }
    return { tensors: { trajectory: await trajectoryOf({ ...checkpoint, config }, path, options, provider) } }
  },
})

/** Where a path starts and what leads it. */
interface Path {
  readonly z: Tensor<'f32'>
  readonly condition: TimCondition
  readonly nullCondition?: TimCondition
  /** In the order drawn, where the path draws any. */
  readonly noises: readonly Tensor<'f32'>[]
}

/** All states of a path. Shape: z (B,C,H,W) → (steps + 1,B,C,H,W). */
export async function trajectoryOf(
  checkpoint: TimCheckpoint,
  { z, condition, nullCondition, noises }: Path,
  options: z.output<typeof samplingOptions>,
  provider: Provider,
): Promise<Tensor<'f32'>> {
  const network = new TimNetwork(checkpoint.config, { provider, weights: readTimWeights(checkpoint), ...weightsOn(provider) })
  const states: Float32Array[] = [z.data]
  let drawn = 0
  try {
    const path = sample(network, {
      transport: chosenTransport(options),
      z,
      steps: options.num_steps,
      condition,
      ...(nullCondition && { nullCondition }),
      cfg: { scale: options.cfg_scale, low: options.cfg_low, high: options.cfg_high },
      stochasticity: options.stochasticity_ratio,
      sampleType: options.sample_type,
      noise: () => nextOf(noises, drawn++),
      ...(options.T_max !== undefined && { tMax: options.T_max }),
      ...(options.T_min !== undefined && { tMin: options.T_min }),
    })
    for await (const step of path) states.push(step.x.data)
  } finally {
    await network.release()
  }
  return stacked(states, z.shape)
}

/** Noise in the order it is drawn. */
function nextOf(noises: readonly Tensor<'f32'>[], index: number): Float32Array {
  const next = noises[index]
  if (next) return next.data
  throw new ProbeError(
    'probe.input',
    `There is no 'noise.${index}', which this path draws.`,
    `Give noise.0 … noise.${index} in the order drawn.`,
  )
}

function stacked(states: readonly Float32Array[], shape: readonly number[]): Tensor<'f32'> {
  const size = states[0]?.length ?? 0
  const out = new Float32Array(states.length * size)
  states.forEach((state, i) => out.set(state, i * size))
  return f32([states.length, ...shape], out)
}
