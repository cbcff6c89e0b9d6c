import type { RandomStream } from '../../diffusion/noise/random-stream'
import type { TextEncoder } from '../../models/bert/encoder'
import type { TimCondition } from '../../models/tim/network-graph'
import type { Samples, SampleSource } from '../../training/trainer'
import { caption } from './captions'
import { latentsOf, type Layers } from './layers'
import { drawScene, type Scene } from './scenes'
import { captionFeatures, NULL_PROMPT } from './texts'

/** Share of samples that lose their caption. */
const CAPTION_DROPOUT = 0.1

/**
 * Training's samples: scenes drawn at random, each with a caption of its own. Latents are put together from layers that lie on disk;
 * captions are encoded as they come (a tenth of a step), so that no wording need ever come twice.
 */
export class SceneSource implements SampleSource<TimCondition> {
  /** All chance is the run's own: there is no place to keep. */
  readonly place = {}

  constructor(
    private readonly layers: Layers,
    private readonly encoder: TextEncoder,
  ) {}

  async draw(count: number, random: RandomStream): Promise<Samples<TimCondition>> {
    const scenes: Scene[] = []
    const captions: string[] = []
    for (let i = 0; i < count; i++) {
      const scene = drawScene(random)
      scenes.push(scene)
      captions.push(random.uniform() < CAPTION_DROPOUT ? NULL_PROMPT : caption(scene, random))
    }
    return { x: latentsOf(this.layers, scenes), condition: { y: await captionFeatures(this.encoder, captions) } }
  }
}
