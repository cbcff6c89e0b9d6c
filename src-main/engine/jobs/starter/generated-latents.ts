import { join } from 'node:path'
import type { RandomStream } from '../../diffusion/noise/random-stream'
import { sample } from '../../diffusion/sampler'
import { makeTransport } from '../../diffusion/transports/table'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { openTextEncoder } from '../../models/bert/encoder'
import { TimNetwork } from '../../models/tim/network'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { caption } from './captions'
import { repeated } from './draw'
import { LATENT_SHAPE } from './latents'
import { latentsOf, openLayers } from './layers'
import { below, drawScene, type Scene } from './scenes'
import { captionFeatures, NULL_PROMPT } from './texts'
import { timConfig } from './tim-config'
import type { StarterFolders } from './folders'

const BATCH = 16
/** Steps a picture is drawn in: one of these. */
const STEPS = [1, 2, 4, 8] as const
const GUIDANCE = 2.5
/** Share of the draws that is kept, those nearest to the true latents: others show something else, which no decoder can mend. */
const KEPT = 0.85

/** Latents that the network drew, each with the scene that its caption names. */
export interface GeneratedLatents {
  /** (N, channels, h, w). */
  readonly latents: Tensor<'f32'>
  readonly scenes: readonly Scene[]
}

/** Draws `count` scenes of training and writes `folder`/generated.safetensors. */
export async function makeGeneratedLatents(
  folders: StarterFolders,
  weights: Readonly<Record<string, Tensor<'f32'>>>,
  how: { readonly count: number; readonly threads: number; readonly random: RandomStream; readonly stop: AbortSignal },
): Promise<void> {
  const { random, threads } = how
  const network = new TimNetwork(timConfig, { weights, threads })
  const text = await openTextEncoder(folders.text, { threads })
  const layers = openLayers(folders.data)
  const nullCondition = { y: repeated(await captionFeatures(text, [NULL_PROMPT]), BATCH) }
  const size = sizeOf(LATENT_SHAPE)
  const found: { readonly latent: Float32Array; readonly scene: Scene; readonly distance: number }[] = []
  while (found.length < how.count && !how.stop.aborted) {
    const scenes = Array.from({ length: BATCH }, () => drawScene(random))
    // A caption that did not name the style would fit two pictures.
    const said = { style: true, background: true }
    const y = await captionFeatures(
      text,
      scenes.map((scene) => caption(scene, random, said)),
    )
    const z = f32([BATCH, ...LATENT_SHAPE], random.normals(BATCH * size))
    const steps = STEPS[below(random, STEPS.length)] ?? 4
    const options = { transport: makeTransport('OT_FM'), z, steps, condition: { y }, nullCondition }
    let x = z
    for await (const step of sample(network, { ...options, cfg: { scale: GUIDANCE, low: 0, high: 1 } })) x = step.x
    const truth = latentsOf(layers, scenes).data
    scenes.forEach((scene, i) => {
      const latent = x.data.slice(i * size, (i + 1) * size)
      found.push({ latent, scene, distance: distance(latent, truth.subarray(i * size, (i + 1) * size)) })
    })
  }
  await network.release()
  await text.release()
  found.sort((a, b) => a.distance - b.distance)
  const kept = found.slice(0, Math.ceil(found.length * KEPT))
  const latents = new Float32Array(kept.length * size)
  kept.forEach(({ latent }, i) => latents.set(latent, i * size))
  const scenes = JSON.stringify(kept.map(({ scene }) => scene))
  await writeSafetensors(
    join(folders.data, 'generated.safetensors'),
    { latents: f32([kept.length, ...LATENT_SHAPE], latents) },
    { metadata: { scenes } },
  )
}

/** Opens what `makeGeneratedLatents` made. */
export function openGeneratedLatents(folder: string): GeneratedLatents {
  const file = openSafetensors(join(folder, 'generated.safetensors'))
  return {
    latents: file.read('latents') as Tensor<'f32'>,
    scenes: JSON.parse(file.metadata['scenes'] ?? '[]') as readonly Scene[],
  }
}

function distance(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + (x - (b[i] ?? 0)) ** 2, 0)
}
