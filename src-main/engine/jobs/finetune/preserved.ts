import type { FinetuneConfig, FinetuneNews } from '#shared/schema/run'
import { f32, type Tensor } from '../../ir/tensor'
import type { CacheSource, DiskCache } from '../../training/data/disk-cache'
import { everydayPrompts } from '../../training/data/everyday-prompts'
import { drawLatent, type Drawing, type Predict } from './draw-latent'

/** Raised when the same order becomes another picture. */
const VERSION = 1

/** A picture that the model drew by itself, and what of. */
export interface Preserved {
  readonly prompt: string | number
  readonly seed: number
}

/** The pictures that a run learns from beside its own, so that the model keeps what it could do. */
export function preservedOf({ preserve }: FinetuneConfig, classes: readonly string[] | undefined): readonly Preserved[] {
  const { pictures, prompts } = preserve
  const given = prompts ?? (classes ? spread(pictures, classes.length) : everydayPrompts(pictures))
  return Array.from({ length: pictures }, (_, seed) => {
    const prompt = given[seed % given.length] ?? ''
    return { prompt: classes ? Number(prompt) : prompt, seed }
  })
}

/** `count` numbers of classes from all over. */
function spread(count: number, classes: number): string[] {
  return Array.from({ length: count }, (_, i) => String(Math.floor(((i + 0.5) * classes) / count) % classes))
}

/** Their latents as the network has them, (C,h,w), on disk by model, prompt and seed: drawn once for all runs. */
export class PreservedLatents {
  /** `all`: what is drawn; `openBase`: the network without the adapter. */
  constructor(
    readonly all: readonly Preserved[],
    private readonly drawing: Omit<Drawing, 'predict'>,
    private readonly openBase: () => { readonly predict: Predict; readonly release: () => Promise<void> },
    private readonly cache: DiskCache,
  ) {}

  /** Draws what is not on disk yet. Throws what drawing throws, FileError, the signal's reason. */
  async *prepare(signal: AbortSignal, wanted = this.all): AsyncGenerator<FinetuneNews, void, undefined> {
    let base: ReturnType<typeof this.openBase> | undefined
    try {
      for (const [i, one] of wanted.entries()) {
        signal.throwIfAborted()
        await this.cache.tensor(this.source(one), async () => {
          base ??= this.openBase()
          const { steps } = this.drawing.model.manifest.defaults
          const { shape, data } = await drawLatent({ ...this.drawing, predict: base.predict }, { ...one, steps })
          return f32(shape.slice(1), data)
        })
        yield { is: 'preserving', done: i + 1, of: wanted.length }
      }
    } finally {
      await base?.release()
    }
  }

  /** One latent. Drawn again where its file was damaged or removed meanwhile. */
  async read(one: Preserved): Promise<Tensor<'f32'>> {
    const found = this.cache.readTensor(this.source(one))
    if (found) return found
    for await (const _ of this.prepare(new AbortController().signal, [one])) continue
    return this.read(one)
  }

  private source(one: Preserved): CacheSource {
    const { components, defaults, nativeSide } = this.drawing.model.manifest
    const { steps, cfg } = defaults
    const network = components.transformer?.sha256 ?? ''
    const text = components.text?.sha256 ?? ''
    return { kind: 'preserved', version: VERSION, network, text, ...one, steps, cfg, side: nativeSide }
  }
}
