import { join } from 'node:path'
import type { RandomStream } from '../../diffusion/noise/random-stream'
import { sample } from '../../diffusion/sampler'
import { makeTransport } from '../../diffusion/transports/table'
import { f32, sizeOf, tensor, type Tensor } from '../../ir/tensor'
import { TimNetwork } from '../../models/tim/network'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { concepts } from './concepts'
import { below } from './drawings'
import { LATENT_SHAPE } from './latents'
import { backgrounds, styles } from './palette'
import { featureRule, type Texts } from './texts'
import { timConfig } from './tim-config'

const TEXT_WIDTH = 384
const BATCH = 16
/** Steps of a batch, and the guidance of all. */
const STEPS = [2, 4, 8]
const GUIDANCE = 2.5
/** Share of the draws that is kept, those nearest to the true latents: others show something else, which no decoder can mend. */
const KEPT = 0.85

/** Latents that the network drew, each with the picture that its caption names. */
export interface GeneratedLatents {
  /** (N, channels, h, w). */
  readonly latents: Tensor<'f32'>
  /** (N, 3): concept, style, background. */
  readonly shown: Tensor<'i32'>
}

/** Draws every picture of the world `rounds` times on random backgrounds and writes `folder`/generated.safetensors. */
export async function makeGeneratedLatents(
  folder: string,
  weights: Readonly<Record<string, Tensor<'f32'>>>,
  truth: Tensor<'f32'>,
  texts: Texts,
  how: { readonly rounds: number; readonly threads: number; readonly random: RandomStream; readonly stop: AbortSignal },
): Promise<void> {
  const network = new TimNetwork(timConfig, { weights, threads: how.threads })
  const nullRows = featuresOf(texts, [texts.none])
  const size = sizeOf(LATENT_SHAPE)
  const found: { readonly latent: Float32Array; readonly shown: readonly number[]; readonly distance: number }[] = []
  const order = Array.from({ length: how.rounds }, () => [...how.random.permutation(concepts.length * styles.length)]).flat()
  for (let at = 0; at < order.length && !how.stop.aborted; at += BATCH) {
    const shown = order.slice(at, at + BATCH).map((picture) => {
      const background = how.random.uniform() < 0.4 ? 0 : 1 + below(how.random, backgrounds.length - 1)
      return [Math.floor(picture / styles.length), picture % styles.length, background] as const
    })
    const y = featuresOf(
      texts,
      shown.map((each) => styledCaption(texts, each, how.random)),
    )
    const z = f32([shown.length, ...LATENT_SHAPE], how.random.normals(shown.length * size))
    const steps = STEPS[below(how.random, STEPS.length)] ?? 4
    const options = { transport: makeTransport('OT_FM'), z, steps, condition: { y }, nullCondition: { y: nullRows } }
    let x = z
    for await (const step of sample(network, { ...options, cfg: { scale: GUIDANCE, low: 0, high: 1 } })) x = step.x
    shown.forEach(([concept, style, background], i) => {
      const latent = x.data.slice(i * size, (i + 1) * size)
      const from = ((concept * styles.length + style) * backgrounds.length + background) * size
      found.push({
        latent,
        shown: [concept, style, background],
        distance: distance(latent, truth.data.subarray(from, from + size)),
      })
    })
  }
  await network.release()
  found.sort((a, b) => a.distance - b.distance)
  const kept = found.slice(0, Math.ceil(found.length * KEPT))
  const latents = new Float32Array(kept.length * size)
  kept.forEach(({ latent }, i) => latents.set(latent, i * size))
  await writeSafetensors(join(folder, 'generated.safetensors'), {
    latents: f32([kept.length, ...LATENT_SHAPE], latents),
    shown: tensor('i32', [kept.length, 3], Int32Array.from(kept.flatMap((each) => each.shown))),
  })
}

/** Opens what `makeGeneratedLatents` made. */
export function openGeneratedLatents(folder: string): GeneratedLatents {
  const file = openSafetensors(join(folder, 'generated.safetensors'))
  return { latents: file.read('latents') as Tensor<'f32'>, shown: file.read('shown') as Tensor<'i32'> }
}

/** A caption that names the style; one that does not would fit two pictures. */
function styledCaption(
  texts: Texts,
  [concept, style, background]: readonly [number, number, number],
  random: RandomStream,
): number {
  const all = texts.of(concept, style, background)
  const styled = all.filter((index) => texts.captions[index]?.includes(styles[style]?.name ?? ''))
  const from = styled.length > 0 ? styled : all
  return from[below(random, from.length)] ?? texts.none
}

function featuresOf(texts: Texts, captions: readonly number[]): Tensor<'f32'> {
  const rows = featureRule.minTokens * TEXT_WIDTH
  const y = new Float32Array(captions.length * rows)
  captions.forEach((caption, i) => texts.copyFeatures(caption, y.subarray(i * rows, (i + 1) * rows)))
  return f32([captions.length, featureRule.minTokens, TEXT_WIDTH], y)
}

function distance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + (x - (b[i] ?? 0)) ** 2, 0)
}
