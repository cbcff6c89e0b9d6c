import { f32, type Tensor } from '../../ir/tensor'
import { batchFeatures } from '../../text/features'
import { openPromptEncoder, type PromptEncoder } from '../../text/prompt-encoder'
import { openTokenCounter } from '../../text/token-count'
import type { CacheSource, DiskCache } from '../../training/data/disk-cache'
import { componentFolder, type ModelFolder } from '../../weights/manifest'

const VERSION = 1

type TextRule = NonNullable<ModelFolder['manifest']['text']>

/** Features of captions as the network reads them, on disk by the caption and the text encoder, which is open only while some are missing. */
export class CaptionFeatures {
  private readonly encoder: string
  private readonly rule: TextRule
  private readonly recent = new Map<string, Tensor<'f32'>>()

  constructor(
    private readonly model: ModelFolder,
    private readonly cache: DiskCache,
    private readonly width: number,
  ) {
    const { components, text } = model.manifest
    if (!components.text || !text) throw new TypeError('a text model has a text encoder and says how it is used')
    this.rule = text
    this.encoder = [components.text.sha256, ...(components.text.files ?? []).map(({ sha256 }) => sha256)].join('+')
  }

  /** Makes sure that all are on disk and whole. `progress` hears how many are. Throws what the encoder throws, FileError, the signal's reason. */
  async prepare(captions: readonly string[], progress: (done: number, of: number) => void, signal: AbortSignal): Promise<void> {
    let encoder: PromptEncoder | undefined
    const open = async (): Promise<PromptEncoder> =>
      (encoder ??= await openPromptEncoder(componentFolder(this.model, 'text'), this.rule))
    try {
      for (const [i, caption] of captions.entries()) {
        signal.throwIfAborted()
        await this.cache.tensor(this.source(caption), async () => (await (await open()).encode(caption)).features)
        const padding = async (): Promise<Tensor<'f32'>> =>
          (await (await open()).encode('')).padding ?? f32([this.width], new Float32Array(this.width))
        if (i === 0) await this.cache.tensor(this.source(), padding)
        progress(i + 1, captions.length)
      }
    } finally {
      await encoder?.release()
    }
  }

  /** Features of a batch, filled to its longest. Shape: (B,M,D). */
  async batch(captions: readonly string[]): Promise<Tensor<'f32'>> {
    const padding = await this.read()
    return batchFeatures(await Promise.all(captions.map((caption) => this.read(caption))), padding)
  }

  private async read(caption?: string): Promise<Tensor<'f32'>> {
    const key = JSON.stringify(caption ?? null)
    const known = this.recent.get(key) ?? this.cache.readTensor(this.source(caption))
    if (!known) {
      await this.prepare([caption ?? ''], () => undefined, new AbortController().signal)
      return this.read(caption)
    }
    // The last used stand last, so the first is the one to forget.
    this.recent.delete(key)
    this.recent.set(key, known)
    const [oldest] = this.recent.keys()
    if (this.recent.size > REMEMBERED && oldest !== undefined) this.recent.delete(oldest)
    return known
  }

  /** The entry of a caption; of the padding's vector where none is given. */
  private source(caption?: string): CacheSource {
    const { minTokens, maxTokens } = this.rule
    const of = caption === undefined ? { kind: 'padding' } : { kind: 'caption', caption }
    return { ...of, version: VERSION, encoder: this.encoder, minTokens, maxTokens }
  }
}

/** Captions whose features stay in memory: at most a megabyte each. */
const REMEMBERED = 64

/** The words at the end of a caption that a model does not read. Opens its tokenizer. Throws TokenizerError, FileError. */
export function captionCutter(model: ModelFolder): (caption: string) => readonly string[] {
  const count = openTokenCounter(model)
  return (caption) => count(caption).dropped
}
