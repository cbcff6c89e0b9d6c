import { join } from 'node:path'
import { toBytes } from '../../images/picture'
import { f32, type Tensor } from '../../ir/tensor'
import { openAutoencoder } from '../../models/autoencoder/open'
import { isTextConditional } from '../../models/tim/config'
import { openTim } from '../../models/tim/load'
import { repeatCaption } from '../../models/tim/network'
import type { Provider } from '../../runtime/session'
import { fillFeatures } from '../../text/features'
import { defineComponent } from './component'
import type { Inputs } from './inputs'
import { ProbeError } from './probe-error'
import { samplingOptions, trajectoryOf } from './sampler'
import { gemma3States } from './text'
import { withCondition } from './transformer'

/** The released text-to-image pipeline from token ids to pixels; DIR holds gemma3, tim-t2i and dc-ae. */
export const pipeline = defineComponent({
  summary: 'ids, mask, null_ids, null_mask, z → y, y_null, trajectory, image, image_u8',
  needs: { model: true, input: true, output: true, adapter: 'no' },
  options: samplingOptions,
  run: async ({ inputs, options, model, provider }) => {
    const checkpoint = openTim(join(model, 'tim-t2i'))
    const config = withCondition(checkpoint.config, options.new_condition)
    if (!isTextConditional(config)) {
      throw new ProbeError('probe.model', `${model}/tim-t2i draws classes, not prompts.`, 'Use a network with cap_feat_dim.')
    }
    const z = inputs.take('z', 'f32', ['B', config.in_channels, 'H', 'W'])
    const prompts = readTokens(inputs, '', 'B', 'M')
    const nulls = readTokens(inputs, 'null_', 1, 'N')
    inputs.finish()
    const folder = join(model, 'gemma3')
    const y = await features(folder, prompts, provider)
    const y_null = repeatCaption(fitted(await features(folder, nulls, provider), y.shape[1] ?? 0), z.shape[0] ?? 0)
    const path = { z, condition: { y }, nullCondition: { y: y_null }, noises: [] }
    const trajectory = await trajectoryOf({ ...checkpoint, config }, path, options, provider)
    const image = await decoded(join(model, 'dc-ae'), lastOf(trajectory, z.shape), provider)
    return { tensors: { y, y_null, trajectory, image, image_u8: toBytes(image) } }
  },
})

interface Tokens {
  readonly ids: Tensor<'i64'>
  readonly mask: Tensor<'i64'>
}

function readTokens(inputs: Inputs, prefix: string, batch: string | number, length: string): Tokens {
  return { ids: inputs.take(`${prefix}ids`, 'i64', [batch, length]), mask: inputs.take(`${prefix}mask`, 'i64', [batch, length]) }
}

async function features(folder: string, { ids, mask }: Tokens, provider: Provider): Promise<Tensor<'f32'>> {
  return (await gemma3States(folder, ids, mask, provider)) as Tensor<'f32'>
}

/** The null prompt at the length of the prompts: cut, or filled with its last row, which is padding's. Shape: (1,N,D) → (1,length,D). */
function fitted(states: Tensor<'f32'>, length: number): Tensor<'f32'> {
  const [, rows = 0, width = 0] = states.shape
  const kept = Math.min(rows, length)
  const first = f32([kept, width], states.data.slice(0, kept * width))
  const padding = f32([width], states.data.slice((rows - 1) * width))
  return f32([1, length, width], fillFeatures(first, padding, length).data)
}

function lastOf(trajectory: Tensor<'f32'>, shape: readonly number[]): Tensor<'f32'> {
  const size = trajectory.data.length / (trajectory.shape[0] ?? 1)
  return f32(shape, trajectory.data.slice(-size))
}

/** Latents as a diffusion network has them → pictures. */
async function decoded(folder: string, latents: Tensor<'f32'>, provider: Provider): Promise<Tensor<'f32'>> {
  const autoencoder = openAutoencoder(folder, { provider })
  try {
    return await autoencoder.decode(
      f32(
        latents.shape,
        latents.data.map((value) => value / autoencoder.scaling),
      ),
    )
  } finally {
    await autoencoder.release()
  }
}
