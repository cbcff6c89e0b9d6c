import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Recipe } from '#shared/schema/recipe'
import { sha256Of } from '../../files/file-identity'
import { f32 } from '../../ir/tensor'
import type { TimCondition } from '../../models/tim/network-graph'
import { FeatureCache } from '../../text/feature-cache'
import { guidancePair } from '../../text/features'
import { openPromptEncoder, type EncodedPrompt, type PromptEncoder } from '../../text/prompt-encoder'
import { droppedWarning, droppedWords } from '../../text/prompt-tokens'
import { Vocabulary, outsideWarning } from '../../text/vocabulary'
import { componentFolder, type ModelFolder } from '../../weights/manifest'
import { WeightsError } from '../../weights/weights-error'
import type { Conditions } from './drawing-model'

/** The part of a model that reads prompts. */
export interface Prompts {
  /** What a recipe's prompts mean to the network, and what of them it could not read. */
  conditionsOf(recipe: Pick<Recipe, 'prompt' | 'negativePrompt'>): Promise<Conditions<TimCondition>>
  release(): Promise<void>
}

export interface PromptOptions {
  readonly threads?: number
  /** Folder where features of prompts are kept between runs; left out, none are. */
  readonly features?: string
}

/** An encoder above this size does not stay beside the network: it maps its file anew in less time than a step takes. */
const LARGE = 2 ** 28

/** Recipes whose conditions are kept: one is drawn again and again. The network keeps its own products for each of them. */
const REMEMBERED = { small: 32, large: 2 }

/** Reads prompts with a model's text encoder, which is opened at the first prompt that is not known yet. Throws WeightsError. */
export function openPrompts(model: ModelFolder, { features, ...options }: PromptOptions): Prompts {
  const rule = model.manifest.text
  const bytes = model.manifest.components.text?.bytes ?? 0
  if (rule === undefined) {
    const what = 'does not say how its text encoder is used'
    throw new WeightsError('weights.manifest', model.folder, what, 'Import the model again.')
  }
  const folder = componentFolder(model, 'text')
  const encoder = new OpenedLate(() => openPromptEncoder(folder, rule, options))
  const encode =
    features === undefined ? (prompt: string) => encoder.encode(prompt) : cached(model, new FeatureCache(features), encoder)
  const outside = outsideWorld(model)
  const known = new Map<string, Conditions<TimCondition>>()
  return {
    conditionsOf: async ({ prompt, negativePrompt }) => {
      const key = JSON.stringify([prompt, negativePrompt])
      const conditions =
        known.get(key) ??
        conditionsFrom(
          rule.maxTokens,
          [prompt, await encode(prompt)],
          [negativePrompt, await encode(negativePrompt)],
          outside(prompt),
        )
      if (bytes > LARGE) await encoder.release()
      // The last used stand last, so the first is the one to forget.
      known.delete(key)
      known.set(key, conditions)
      const [oldest] = known.keys()
      if (oldest !== undefined && known.size > REMEMBERED[bytes > LARGE ? 'large' : 'small']) known.delete(oldest)
      return conditions
    },
    release: () => encoder.release(),
  }
}

/** An encoder that is opened when it is needed, again after it was released. */
class OpenedLate {
  private opened: PromptEncoder | undefined

  constructor(private readonly open: () => Promise<PromptEncoder>) {}

  async encode(prompt: string): Promise<EncodedPrompt> {
    this.opened ??= await this.open()
    return this.opened.encode(prompt)
  }

  async release(): Promise<void> {
    const { opened } = this
    this.opened = undefined
    await opened?.release()
  }
}

function cached(model: ModelFolder, cache: FeatureCache, encoder: OpenedLate): (prompt: string) => Promise<EncodedPrompt> {
  const { minTokens, maxTokens } = model.manifest.text ?? { minTokens: 0, maxTokens: 0 }
  let identity: Promise<string> | undefined
  return async (prompt) => {
    const origin = { encoder: await (identity ??= identityOf(model)), minTokens, maxTokens, prompt }
    const known = await cache.get(origin)
    if (known) return known
    const made = await encoder.encode(prompt)
    await cache.put(origin, made)
    return made
  }
}

/** Checksum of the weights, and of the tokenizer: from the manifest, or where that does not list it from the file. */
async function identityOf(model: ModelFolder): Promise<string> {
  const { sha256, files } = model.manifest.components.text ?? {}
  const listed = files?.map((file) => file.sha256)
  if (listed) return listed.join('+')
  const tokenizer = join(componentFolder(model, 'text'), 'tokenizer.json')
  return `${sha256}+${existsSync(tokenizer) ? await sha256Of(tokenizer) : ''}`
}

/** The hint for prompts that name nothing of a closed world; none for the empty prompt, which asks for nothing. */
function outsideWorld({ manifest }: ModelFolder): (prompt: string) => readonly string[] {
  const { world, prompts } = manifest
  if (world === undefined) return () => []
  const vocabulary = new Vocabulary(world.flat())
  const hint = [outsideWarning(world.length, prompts?.[0] ?? '')]
  return (prompt) => (prompt.trim() === '' || vocabulary.isNamedIn(prompt) ? [] : hint)
}

type Read = readonly [prompt: string, encoded: EncodedPrompt]

/** Both prompts at one length where the encoder's network was trained so, each at its own elsewhere. */
function conditionsFrom(maxTokens: number, wanted: Read, unwanted: Read, hints: readonly string[]): Conditions<TimCondition> {
  const [[prompt, { features, padding, cut }], [negative, against]] = [wanted, unwanted]
  const pair = padding ? guidancePair(features, against.features, padding) : { prompt: features, against: against.features }
  const row = ({ shape, data }: EncodedPrompt['features']): TimCondition => ({ y: f32([1, ...shape], data) })
  const notes = [
    ...hints,
    ...(cut === undefined ? [] : [droppedWarning(droppedWords(prompt, cut), maxTokens)]),
    ...(against.cut === undefined ? [] : [droppedWarning(droppedWords(negative, against.cut), maxTokens, 'negative prompt')]),
  ]
  return { condition: row(pair.prompt), nullCondition: row(pair.against), ...(notes.length > 0 && { notes }) }
}
