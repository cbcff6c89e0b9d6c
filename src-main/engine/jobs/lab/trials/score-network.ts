import { imageNoise } from '../../../diffusion/noise/image-noise'
import type { TransitionNetwork } from '../../../diffusion/network'
import { sample } from '../../../diffusion/sampler'
import type { Transport } from '../../../diffusion/transports/transport'
import type { Picture } from '../../../images/picture'
import { f32, sizeOf } from '../../../ir/tensor'
import type { TimCondition } from '../../../models/tim/network-graph'
import { rankOf, type Evaluator } from '../../../scoring/evaluator'
import type { FrechetSpace } from '../../../scoring/frechet'
import { meanOf } from '../../../scoring/statistics'
import { validationLosses, type ValidationSample } from '../../../training/validation'
import type { Decoder } from '../../generate/open-decoder'
import { lookAt } from '../looks'
import { finite, joinRows } from '../numbers'
import type { TrialRecord } from './trial'
import type { TrialData } from './trial-data'

/** What scores need beside a network. */
export interface Scorer {
  readonly data: TrialData
  readonly evaluator: Evaluator
  readonly decoder: Decoder
  readonly truth: FrechetSpace
}

/** Pictures that are drawn together. */
const TOGETHER = 16

/**
 * Draws `count` pictures, the classes in turn, each from its own noise of the seed, without guidance; the evaluator says of how many the
 * thing ranks first among those that were learnt, and the style first. Throws what the network throws.
 */
export async function scoreNetwork(
  network: TransitionNetwork<TimCondition>,
  transport: Transport,
  { data, evaluator, decoder, truth }: Scorer,
  how: { readonly nfe: number; readonly count: number; readonly seed: number },
  progress: (share: number) => Promise<void>,
): Promise<TrialRecord['scores'][number]> {
  const pictures: Picture[] = []
  for (let at = 0; at < how.count; at += TOGETHER) {
    const indices = Array.from({ length: Math.min(TOGETHER, how.count - at) }, (_, i) => at + i)
    const [size, shape] = [sizeOf(data.shape), [indices.length, ...data.shape]]
    const z = new Float32Array(indices.length * size)
    indices.forEach((index, i) => z.set(imageNoise('philox4x32-10/1', how.seed, index).start(size), i * size))
    const condition = { classes: indices.map((index) => index % data.classCount) }
    // Paths begin at σ(T_max) z, which is z itself but for exploding variance.
    const { max } = transport.time
    const { sigma } = transport.interpolant(max)
    const start = { xt: Float64Array.from(z, (value) => sigma * value), t: max }
    let latent = f32(shape, z)
    for await (const step of sample(network, { transport, z: latent, steps: how.nfe, condition, start })) {
      latent = step.x
      await progress((at + (indices.length * (step.index + 1)) / how.nfe) / how.count)
    }
    for (const [i] of indices.entries())
      pictures.push(await decoder.decode(f32([1, ...data.shape], latent.data.slice(i * size, (i + 1) * size))))
  }
  const seen = await lookAt(evaluator, pictures)
  const rows = joinRows(seen.map(({ opinion }) => opinion.features))
  const isNamed = data.classes.length > 0
  const things = [...new Set(data.classes.map(({ concept }) => concept))]
  const hits = seen.map(({ opinion }, i) => {
    const { concept, style } = data.classes[i % data.classCount] ?? { concept: 0, style: 0 }
    const own = Float32Array.from(things, (thing) => opinion.concept[thing] ?? -Infinity)
    return { thing: rankOf(own, things.indexOf(concept)) === 0, style: rankOf(opinion.style(concept), style) === 0 }
  })
  return {
    nfe: how.nfe,
    thing: isNamed ? meanOf(hits.map(({ thing }) => Number(thing))) : null,
    style: isNamed ? meanOf(hits.map(({ style }) => Number(style))) : null,
    frechet: finite(truth.distance({ rows, width: rows.length / seen.length })),
  }
}

/** Mean loss over held-out latents and the grid of validation, with the same noise each time. */
export async function heldOutLoss(
  network: TransitionNetwork<TimCondition>,
  transport: Transport,
  { shape, heldOut }: TrialData,
  seed: number,
  choose: (condition: TimCondition, samples: readonly number[]) => TimCondition,
): Promise<number> {
  const samples = heldOut.map(({ latent, label }, i): ValidationSample<TimCondition> => {
    const z = imageNoise('philox4x32-10/1', seed, i).start(latent.length)
    return { x: f32(shape, latent), z: f32(shape, z), condition: { classes: [label] } }
  })
  const losses = await validationLosses(samples, {
    transport,
    epsilon: 0.005,
    directional: true,
    choose,
    predict: async ({ x, t, r, condition }) => {
      const [F] = await network.predict(x, t, r, [condition])
      return F?.data ?? new Float32Array(x.data.length).fill(NaN)
    },
  })
  return meanOf(losses.map(({ loss }) => loss))
}
