import { createHash } from 'node:crypto'
import { readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Tensor } from '../ir/tensor'
import { readAllF32 } from '../weights/convert'
import { openSafetensors } from '../weights/safetensors'
import { writeSafetensors } from '../weights/write-safetensors'
import type { EncodedPrompt } from './prompt-encoder'

/** Hundreds of prompts of the largest encoder: one of 256 tokens has 1.2 MB. */
const LARGEST_CACHE = 256 * 2 ** 20

const SUFFIX = '.safetensors'

/** Everything that decides the features of a prompt. */
export interface FeatureOrigin {
  /** Checksum of the text encoder: its weights, its tokenizer, its config. */
  readonly encoder: string
  readonly minTokens: number
  readonly maxTokens: number
  readonly prompt: string
}

/**
 * Features of prompts on disk, named by the checksum of what they were made from, the least recently used forgotten first. It may be
 * deleted at any time, shared by processes, and damaged: what is not whole counts as absent. The words of a prompt are not stored.
 */
export class FeatureCache {
  constructor(
    private readonly folder: string,
    private readonly limit = LARGEST_CACHE,
  ) {}

  /** What was kept for an origin; undefined where nothing was, or it is damaged. */
  async get(origin: FeatureOrigin): Promise<EncodedPrompt | undefined> {
    const file = this.fileOf(origin)
    try {
      const source = openSafetensors(file)
      const { features, padding } = readAllF32(source)
      const { checksum, cut } = source.metadata
      if (features?.shape.length !== 2 || checksumOf(features, padding) !== checksum) return undefined
      const now = new Date()
      await utimes(file, now, now)
      return { features, ...(padding && { padding }), ...(cut !== undefined && { cut: Number(cut) }) }
    } catch {
      return undefined
    }
  }

  /** Keeps features. A cache that cannot be written is none: pictures are drawn all the same. */
  async put(origin: FeatureOrigin, { features, padding, cut }: EncodedPrompt): Promise<void> {
    const metadata = { checksum: checksumOf(features, padding), ...(cut !== undefined && { cut: String(cut) }) }
    try {
      await writeSafetensors(this.fileOf(origin), { features, ...(padding && { padding }) }, { metadata })
      await this.forgetOldest()
    } catch {
      return
    }
  }

  private fileOf(origin: FeatureOrigin): string {
    const { encoder, minTokens, maxTokens, prompt } = origin
    const name = createHash('sha256')
      .update(JSON.stringify(['features/1', encoder, minTokens, maxTokens, prompt]))
      .digest('hex')
    return join(this.folder, name + SUFFIX)
  }

  private async forgetOldest(): Promise<void> {
    const names = (await readdir(this.folder)).filter((name) => name.endsWith(SUFFIX))
    const entries = await Promise.all(
      names.map(async (name) => {
        const { size, mtimeMs } = await stat(join(this.folder, name))
        return { name, size, mtimeMs }
      }),
    )
    let total = entries.reduce((sum, { size }) => sum + size, 0)
    for (const { name, size } of entries.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
      if (total <= this.limit) return
      await rm(join(this.folder, name), { force: true })
      total -= size
    }
  }
}

function checksumOf(...tensors: readonly (Tensor<'f32'> | undefined)[]): string {
  const hash = createHash('sha256')
  for (const tensor of tensors) {
    if (!tensor) continue
    const { buffer, byteOffset, byteLength } = tensor.data
    hash.update(`${tensor.shape.join()};`).update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  return hash.digest('hex')
}
