import { join } from 'node:path'
import { imageNoise } from '../../diffusion/noise/image-noise'
import { sample } from '../../diffusion/sampler'
import { makeTransport } from '../../diffusion/transports/table'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { openTextEncoder } from '../../models/bert/encoder'
import { textFeatures } from '../../models/bert/features'
import { look } from '../../models/evaluator/build'
import { EvaluatorConfig } from '../../models/evaluator/config'
import { decode } from '../../models/patch-ae/build'
import { PatchAeConfig } from '../../models/patch-ae/config'
import { openTim, readTimWeights } from '../../models/tim/load'
import { TimNetwork } from '../../models/tim/network'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { openComponent } from '../../weights/component'
import { readAllF32 } from '../../weights/convert'
import { LATENT_SHAPE } from './latents'
import { SIDE } from './places'
import { featureRule, NULL_PROMPT } from './texts'

const TEXT_WIDTH = 384

/** How a prompt is drawn. */
export interface DrawSettings {
  readonly steps: number
  readonly guidance: number
  /** Picture i starts from the noise of (seed, i). */
  readonly seed: number
}

/** A model folder that draws batches of prompts. */
export interface Artist {
  /** Pictures (B,3,SIDE,SIDE) of the prompts; `first` is the number of the first among all of its seed. */
  draw(prompts: readonly string[], first: number, settings: DrawSettings): Promise<Tensor<'f32'>>
  release(): Promise<void>
}

/** Opens what a model folder needs to draw. */
export async function openArtist(folder: string, threads: number): Promise<Artist> {
  const checkpoint = openTim(join(folder, 'transformer'))
  const network = new TimNetwork(checkpoint.config, { weights: readTimWeights(checkpoint), threads })
  const text = await openTextEncoder(join(folder, 'text'), { threads })
  const { config, weights } = openComponent(join(folder, 'decoder'), PatchAeConfig)
  const b = createBuilder()
  const decoder = await openSession(b.graph({ picture: decode(b, config, b.input('latent', 'f32', ['b', ...LATENT_SHAPE])) }), {
    weights: readAllF32(weights),
    weightsAs: 'initializers',
    threads,
  })
  const transport = makeTransport('OT_FM')
  const features = async (prompts: readonly string[]): Promise<Tensor<'f32'>> => {
    const rule = { ...featureRule, maxTokens: featureRule.minTokens }
    const rows = (await text.states(prompts)).map((states) => textFeatures(states, rule).data)
    const y = new Float32Array(prompts.length * rule.minTokens * TEXT_WIDTH)
    rows.forEach((row, i) => y.set(row, i * rule.minTokens * TEXT_WIDTH))
    return f32([prompts.length, rule.minTokens, TEXT_WIDTH], y)
  }
  const nullCondition = { y: await features([NULL_PROMPT]) }
  return {
    async draw(prompts, first, { steps, guidance, seed }) {
      const size = sizeOf(LATENT_SHAPE)
      const z = new Float32Array(prompts.length * size)
      prompts.forEach((_, i) => z.set(imageNoise('philox4x32-10/1', seed, first + i).start(size), i * size))
      const options = {
        transport,
        z: f32([prompts.length, ...LATENT_SHAPE], z),
        steps,
        condition: { y: await features(prompts) },
        nullCondition,
        cfg: { scale: guidance, low: 0, high: 1 },
      }
      let latent = options.z
      for await (const step of sample(network, options)) latent = step.x
      return (await decoder.run({ latent }))['picture'] as Tensor<'f32'>
    },
    release: async () => {
      await network.release()
      await decoder.release()
      await text.release()
    },
  }
}

/** The evaluator of a model folder. */
export interface Judge {
  /** Scores of pictures (B,3,SIDE,SIDE): (B,concepts), (B,styles); features (B,F). */
  look(pictures: Tensor<'f32'>): Promise<{ concept: Tensor<'f32'>; style: Tensor<'f32'>; features: Tensor<'f32'> }>
  release(): Promise<void>
}

/** Opens a model folder's evaluator. */
export async function openJudge(folder: string, threads: number): Promise<Judge> {
  const { config, weights } = openComponent(join(folder, 'evaluator'), EvaluatorConfig)
  const b = createBuilder()
  const sight = look(b, config, b.input('picture', 'f32', ['b', 3, SIDE, SIDE]))
  const session = await openSession(b.graph({ ...sight }), { weights: readAllF32(weights), weightsAs: 'initializers', threads })
  return {
    look: async (picture) => {
      const { concept, style, features } = await session.run({ picture })
      return { concept: concept as Tensor<'f32'>, style: style as Tensor<'f32'>, features: features as Tensor<'f32'> }
    },
    release: () => session.release(),
  }
}
