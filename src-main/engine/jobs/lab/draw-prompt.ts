import { startNoise } from '../../diffusion/noise/batch-noise'
import { imageNoise } from '../../diffusion/noise/image-noise'
import { sample } from '../../diffusion/sampler'
import type { Picture } from '../../images/picture'
import { EngineError } from '../../ir/errors'
import type { TimCondition } from '../../models/tim/network-graph'
import type { ModelFolder } from '../../weights/manifest'
import type { DrawingModel } from '../generate/drawing-model'

/** How a prompt is drawn. */
export interface PromptDrawing {
  readonly text: string
  readonly width: number
  readonly height: number
  readonly steps: number
  /** Of guidance; the model's own where left out. */
  readonly guidance: number | undefined
  readonly seed: number
  /** Which noise of the seed. */
  readonly index: number
}

/** Draws one picture, alone, so that it is the same whichever others are drawn. `progress` hears of every step. Throws what the model throws. */
export async function drawPrompt(
  loaded: DrawingModel<TimCondition>,
  { manifest }: ModelFolder,
  { text, width, height, steps, guidance, seed, index }: PromptDrawing,
  progress: (share: number) => Promise<void>,
): Promise<Picture> {
  const [, ...shape] = loaded.latentShape(width, height)
  const { condition, nullCondition } = await loaded.conditionsOf({ prompt: text, negativePrompt: '' })
  let latent = startNoise([imageNoise('philox4x32-10/1', seed, index)], shape)
  const { cfg } = manifest.defaults
  const path = sample(loaded.network, {
    transport: loaded.transport,
    z: latent,
    steps,
    condition,
    nullCondition,
    cfg: { ...cfg, scale: guidance ?? cfg.scale },
  })
  for await (const step of path) {
    latent = step.x
    await progress((step.index + 1) / (steps + 1))
  }
  return loaded.decode(latent)
}

/** Throws EngineError where a model does not draw prompts. */
export function needPrompts({ manifest }: ModelFolder): void {
  if (manifest.kind === 'text') return
  const what = `${manifest.title} draws classes, and this experiment draws prompts.`
  throw new EngineError('job.setting', what, 'Choose a model that draws prompts.')
}
