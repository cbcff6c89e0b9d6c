import type { FinetuneConfig, ValidationLine } from '#shared/schema/run'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { f32 } from '../../ir/tensor'
import { timNetworkGraph, type TimCondition } from '../../models/tim/network-graph'
import { validationLosses, type ValidationSample } from '../../training/validation'
import type { AdapterLearner } from './adapter-learner'
import type { PreparedData } from './prepare-data'

/** Held-out pictures that are looked at, at most: each costs some thirteen passes. */
const MOST = 8

/** The pictures that are kept from training, each with noise of its own that never changes. */
export class HeldOut {
  private samples: Promise<readonly ValidationSample<TimCondition>[]> | undefined

  constructor(
    private readonly data: PreparedData,
    private readonly learner: AdapterLearner,
    private readonly run: FinetuneConfig,
  ) {}

  /** The validation loss at a step; undefined where no picture is held out. */
  async validate(step: number): Promise<ValidationLine | undefined> {
    const samples = await (this.samples ??= this.open())
    if (samples.length === 0) return undefined
    const { epsilon, directional } = this.run.objective
    const { transport, predict, config } = this.learner
    const { choose } = timNetworkGraph(config)
    const points = await validationLosses(samples, { transport, epsilon, directional, choose, predict })
    return { is: 'validation', step, loss: points.reduce((sum, { loss }) => sum + loss, 0) / points.length, points: [...points] }
  }

  private async open(): Promise<readonly ValidationSample<TimCondition>[]> {
    const pictures = this.data.report.pictures.filter(({ heldOut }) => heldOut).slice(0, MOST)
    return Promise.all(
      pictures.map(async (picture, i) => {
        const x = await this.data.latents.read({ picture, mirror: false })
        const z = f32(x.shape, new RandomStream(this.run.training.seed, 0, LANE + i).normals(x.data.length))
        return { x, z, condition: await this.data.conditions([picture.classId ?? picture.caption]) }
      }),
    )
  }
}

/** Apart from all other numbers under the run's seed. */
const LANE = 0x1000
