import type { TrialSettings } from '#shared/schema/lab-settings'
import type { RandomStream } from '../../../diffusion/noise/random-stream'
import { readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { onFile } from '../../../files/file-error'
import { EngineError } from '../../../ir/errors'
import { f32, sizeOf, type Tensor } from '../../../ir/tensor'
import type { TimCondition } from '../../../models/tim/network-graph'
import { DataOrder } from '../../../training/data-order'
import type { Samples, SampleSource } from '../../../training/trainer'
import { openModelFolder } from '../../../weights/manifest'
import { encodePictures } from '../../train/encode-pictures'
import type { LabBench } from '../experiment'

/** A latent with the number of its class. */
interface Labelled {
  readonly latent: Float32Array
  readonly label: number
}

/** What trials learn, and what they are measured on. */
export interface TrialData {
  /** (channels, h, w). */
  readonly shape: readonly [number, number, number]
  readonly trained: readonly Labelled[]
  readonly heldOut: readonly Labelled[]
  /** What each class shows; empty where pictures have no names. */
  readonly classes: readonly { readonly concept: number; readonly style: number }[]
  /** Classes of the network. */
  readonly classCount: number
}

/** One latent in this many is held out, and no more than MOST_HELD_OUT of them looked at. */
const HELD_OUT = 9
const MOST_HELD_OUT = 12

/** The data of trials: things of the set, each in each style a class; or the user's pictures, all of one class. */
export async function trialData({ set, task }: LabBench, settings: TrialSettings, signal: AbortSignal): Promise<TrialData> {
  if (settings.pictures !== undefined) return ownPictures(settings.pictures, task.evaluator, signal)
  const things = Math.min(settings.things, set.things.length)
  // Evenly chosen, so that like things do not come together.
  const chosen = Array.from({ length: things }, (_, i) => Math.floor((i * set.things.length) / things))
  const classes = chosen.flatMap((thing) => set.styles.map((_, style) => ({ thing, style })))
  const all = classes.flatMap(({ thing, style }, label) =>
    set.backgrounds.map((_, background): Labelled => ({ latent: set.latent(thing, style, background), label })),
  )
  return {
    shape: set.shape,
    ...split(all),
    classes: classes.map(({ thing, style }) => ({ concept: set.things[thing]?.concept ?? 0, style })),
    classCount: classes.length,
  }
}

const PICTURES = new Set(['.png', '.jpg', '.jpeg', '.webp', '.avif', '.gif', '.tif', '.tiff'])
/** Fewer would leave nothing to hold out, or to compare with. */
const FEWEST = 12

async function ownPictures(folder: string, embedded: string, signal: AbortSignal): Promise<TrialData> {
  const files = onFile(folder, () => readdirSync(folder)).filter((name) => PICTURES.has(extname(name).toLowerCase()))
  if (files.length < FEWEST) {
    const what = `${folder} has ${files.length} pictures, and an experiment needs at least ${FEWEST}.`
    throw new EngineError('job.setting', what, 'Choose a folder with more pictures.')
  }
  const paths = files.sort().map((name) => join(folder, name))
  const { shape, data } = await encodePictures(openModelFolder(embedded), paths, signal)
  const [count = 0, channels = 0, height = 0, width = 0] = shape
  const size = sizeOf([channels, height, width])
  const all = Array.from({ length: count }, (_, i) => ({ latent: data.slice(i * size, (i + 1) * size), label: 0 }))
  return { shape: [channels, height, width], ...split(all), classes: [], classCount: 1 }
}

function split(all: readonly Labelled[]): Pick<TrialData, 'trained' | 'heldOut'> {
  const isHeldOut = (i: number): boolean => i % HELD_OUT === HELD_OUT - 1
  const heldOut = all.filter((_, i) => isHeldOut(i))
  const every = Math.max(1, Math.floor(heldOut.length / MOST_HELD_OUT))
  return {
    trained: all.filter((_, i) => !isHeldOut(i)),
    heldOut: heldOut.filter((_, i) => i % every === 0).slice(0, MOST_HELD_OUT),
  }
}

/** Batches of the trained latents: each once an epoch. */
export class LatentSource implements SampleSource<TimCondition> {
  private readonly order: DataOrder

  constructor(
    private readonly data: TrialData,
    seed: number,
    place?: Readonly<Record<string, number>>,
  ) {
    const { epoch = 0, position = 0 } = place ?? {}
    this.order = new DataOrder(data.trained.length, seed, { epoch, position })
  }

  get place(): Readonly<Record<string, number>> {
    return { ...this.order.place }
  }

  draw(count: number, _random: RandomStream): Promise<Samples<TimCondition>> {
    const chosen = this.order.take(count).flatMap((i) => this.data.trained[i] ?? [])
    return Promise.resolve({ x: stacked(this.data, chosen), condition: { classes: chosen.map(({ label }) => label) } })
  }
}

function stacked({ shape }: TrialData, chosen: readonly Labelled[]): Tensor<'f32'> {
  const size = sizeOf(shape)
  const x = new Float32Array(chosen.length * size)
  chosen.forEach(({ latent }, i) => x.set(latent, i * size))
  return f32([chosen.length, ...shape], x)
}
