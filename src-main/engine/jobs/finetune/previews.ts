import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { FinetuneConfig, PreviewLine } from '#shared/schema/run'
import type { Transport } from '../../diffusion/transports/transport'
import { writeFileAtomically } from '../../files/atomic-write'
import { onFile } from '../../files/file-error'
import type { Picture } from '../../images/picture'
import { encodePng } from '../../images/png-write'
import type { ModelFolder } from '../../weights/manifest'
import { openDecoder } from '../generate/open-decoder'
import { drawLatent, type Predict } from './draw-latent'
import type { PreparedData } from './prepare-data'

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
        const { model, transport, data } = this
        const latent = await drawLatent({ model, transport, data, predict }, { ...order, seed: this.settings.seed })
        const picture = await decoder.decode(latent)
        await save(join(this.folder, order.file), picture)
      }
    } finally {
      await decoder.release()
    }
  }
}

interface Order {
  readonly prompt: string | number
  readonly steps: number
  readonly file: string
}

async function save(file: string, picture: Picture): Promise<void> {
  await writeFileAtomically(file, encodePng(picture))
}
