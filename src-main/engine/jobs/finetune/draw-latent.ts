import { startNoise } from '../../diffusion/noise/batch-noise'
import { imageNoise } from '../../diffusion/noise/image-noise'
import type { NetworkPoint } from '../../diffusion/passes'
import { sample } from '../../diffusion/sampler'
import type { Transport } from '../../diffusion/transports/transport'
import { tensor, type Tensor } from '../../ir/tensor'
import type { TimCondition } from '../../models/tim/network-graph'
import type { ModelFolder } from '../../weights/manifest'
import type { PreparedData } from './prepare-data'

/** F at a point. */
export type Predict = (point: NetworkPoint<TimCondition>) => Promise<Float32Array>

/** What draws: a network as it is being trained, or its base, with the model around it. */
export interface Drawing {
  readonly model: ModelFolder
  readonly transport: Transport
  readonly data: Pick<PreparedData, 'conditions'>
  readonly predict: Predict
}

/** A prompt, or the number of a class, drawn at the model's own size with its own guidance. */
export interface LatentOrder {
  readonly prompt: string | number
  readonly steps: number
  readonly seed: number
}

/** The latent of one picture, (1,C,h,w). Throws what `predict` throws. */
export async function drawLatent(drawing: Drawing, { prompt, steps, seed }: LatentOrder): Promise<Tensor<'f32'>> {
  const { model, transport, data, predict } = drawing
  const { latent, nativeSide, defaults } = model.manifest
  const side = nativeSide / latent.factor
  const [condition, nullCondition] = await pairOf(data, prompt)
  const path = sample(
    {
      predict: async (x, t, r, conditions) => {
        const all: Tensor<'f32'>[] = []
        for (const each of conditions) all.push(tensor('f32', x.shape, await predict({ x, t, r, condition: each })))
        return all
      },
    },
    {
      transport,
      z: startNoise([imageNoise('philox4x32-10/1', seed, 0)], [latent.channels, side, side]),
      steps,
      condition,
      nullCondition,
      cfg: defaults.cfg,
    },
  )
  let last: Tensor<'f32'> | undefined
  for await (const { x } of path) last = x
  if (!last) throw new TypeError('a path has at least one step')
  return last
}

/** A condition and the empty one, each for one picture, filled to one length. */
async function pairOf(
  data: Pick<PreparedData, 'conditions'>,
  prompt: string | number,
): Promise<readonly [TimCondition, TimCondition]> {
  const both = await data.conditions([prompt, undefined])
  if ('classes' in both) return [{ classes: both.classes.slice(0, 1) }, { classes: both.classes.slice(1) }]
  const [, length = 0, width = 0] = both.y.shape
  const row = (i: number): TimCondition => ({
    y: tensor('f32', [1, length, width], both.y.data.slice(i * length * width, (i + 1) * length * width)),
  })
  return [row(0), row(1)]
}
