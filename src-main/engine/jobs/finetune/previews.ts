import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FinetuneConfig, PreviewLine } from '#shared/schema/run'
import { startNoise } from '../../diffusion/noise/batch-noise'
import { imageNoise } from '../../diffusion/noise/image-noise'
import type { NetworkPoint } from '../../diffusion/passes'
import { sample } from '../../diffusion/sampler'
import type { Transport } from '../../diffusion/transports/transport'
import { writeFileAtomically } from '../../files/atomic-write'
import { onFile } from '../../files/file-error'
import type { Picture } from '../../images/picture'
import { encodePng } from '../../images/png-write'
import type { Tensor } from '../../ir/tensor'
import { tensor } from '../../ir/tensor'
import type { TimCondition } from '../../models/tim/network-graph'
import type { ModelFolder } from '../../weights/manifest'
import { openDecoder } from '../generate/open-decoder'
import type { PreparedData } from './prepare-data'

/** F at a point. */
type Predict = (point: NetworkPoint<TimCondition>) => Promise<Float32Array>

/** Captions that are previewed where no prompts are given. */
const CHOSEN = 2

/** Pictures of the same seeds with and without the adapter, as PNG files in a run's folder `previews`. */
export class Previews {
  private readonly folder: string

  constructor(
    run: string,
    private readonly model: ModelFolder,
    private readonly transport: Transport,
    private readonly data: PreparedData,
    private readonly settings: FinetuneConfig['preview'],
  ) {
    this.folder = join(run, 'previews')
    onFile(this.folder, () => mkdirSync(this.folder, { recursive: true }))
  }

  /** Draws what the model draws without the adapter, but for what is there already. */
  async drawBase(openBase: () => { readonly predict: Predict; readonly release: () => Promise<void> }): Promise<void> {
    const missing = this.orders('base').filter(({ file }) => !existsSync(join(this.folder, file)))
    if (missing.length === 0) return
    const base = openBase()
    try {
      await this.draw(missing, base.predict)
    } finally {
      await base.release()
    }
  }

  /** Draws with the adapter as it is at `step`. Throws what drawing throws, FileError. */
  async drawAt(step: number, predict: Predict): Promise<PreviewLine> {
    const orders = this.orders(String(step))
    const bases = this.orders('base')
    await this.draw(orders, predict)
    const pictures = orders.map(({ prompt, steps, file }, i) => {
      const base = bases[i]?.file ?? ''
      return { prompt: String(prompt), steps, seed: this.settings.seed, file: `previews/${file}`, base: `previews/${base}` }
    })
    return { is: 'preview', step, pictures }
  }

  private orders(stem: string): readonly Order[] {
    return this.prompts().flatMap((prompt, i) =>
      this.settings.steps.map((steps) => ({ prompt, steps, file: `${stem}-${i}-nfe${steps}.png` })),
    )
  }

  /** Prompts, or numbers of classes. */
  private prompts(): readonly (string | number)[] {
    const { pictures } = this.data.report
    if (pictures.some(({ classId }) => classId !== undefined)) {
      const classes = this.settings.prompts?.map(Number) ?? pictures.flatMap(({ classId }) => classId ?? [])
      return [...new Set(classes)].slice(0, CHOSEN)
    }
    return this.settings.prompts ?? [...new Set(pictures.map(({ caption }) => caption))].slice(0, CHOSEN)
  }

  private async draw(orders: readonly Order[], predict: Predict): Promise<void> {
    const decoder = openDecoder(this.model, {})
    try {
      for (const order of orders) {
        const picture = await decoder.decode(await this.latent(order, predict))
        await save(join(this.folder, order.file), picture)
      }
    } finally {
      await decoder.release()
    }
  }

  private async latent({ prompt, steps }: Order, predict: Predict): Promise<Tensor<'f32'>> {
    const { latent, nativeSide, defaults } = this.model.manifest
    const side = nativeSide / latent.factor
    const [condition, nullCondition] = await pairOf(this.data, prompt)
    const path = sample(
      {
        predict: async (x, t, r, conditions) => {
          const all: Tensor<'f32'>[] = []
          for (const each of conditions) all.push(tensor('f32', x.shape, await predict({ x, t, r, condition: each })))
          return all
        },
      },
      {
        transport: this.transport,
        z: startNoise([imageNoise('philox4x32-10/1', this.settings.seed, 0)], [latent.channels, side, side]),
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
}

interface Order {
  readonly prompt: string | number
  readonly steps: number
  readonly file: string
}

/** A condition and the empty one, each for one picture, filled to one length. */
async function pairOf(data: PreparedData, prompt: string | number): Promise<readonly [TimCondition, TimCondition]> {
  const both = await data.conditions([prompt, undefined])
  if ('classes' in both) return [{ classes: both.classes.slice(0, 1) }, { classes: both.classes.slice(1) }]
  const [, length = 0, width = 0] = both.y.shape
  const row = (i: number): TimCondition => ({
    y: tensor('f32', [1, length, width], both.y.data.slice(i * length * width, (i + 1) * length * width)),
  })
  return [row(0), row(1)]
}

async function save(file: string, picture: Picture): Promise<void> {
  await writeFileAtomically(file, encodePng(picture))
}
