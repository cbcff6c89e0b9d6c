import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { f32, tensor, type Tensor } from '../../ir/tensor'
import { openTextEncoder } from '../../models/bert/encoder'
import { textFeatures, type FeatureRule } from '../../models/bert/features'
import { openSafetensors } from '../../weights/safetensors'
import { writeSafetensors } from '../../weights/write-safetensors'
import { caption, drawWording } from './captions'
import { concepts } from './concepts'
import { backgrounds, styles } from './palette'
import { SmallRandom } from './random'

/** What the model is told its prompts look like; shipped in model.json. */
export const featureRule: FeatureRule = { minTokens: 16, maxTokens: 64 }
/** The prompt that stands for "no prompt". */
export const NULL_PROMPT = ''
/** Wordings of each picture on white, and on each other background. */
const ON_WHITE = 8
const ON_COLOUR = 3
const BATCH = 64

/** All captions with their features. */
export interface Texts {
  readonly captions: readonly string[]
  /** Indices of the captions of a picture. */
  of(concept: number, style: number, background: number): readonly number[]
  /** Writes the features of a caption into rows of `featureRule.minTokens` (zeros after its own). */
  copyFeatures(index: number, into: Float32Array): void
  /** The index of NULL_PROMPT. */
  readonly none: number
}

/** The captions of every picture of the world, group by group (concept, style, background). Repeatable. */
export function captionGroups(): readonly (readonly string[])[] {
  const random = new SmallRandom(3)
  return concepts.flatMap(({ names }) =>
    styles.flatMap((_, style) =>
      backgrounds.map((__, background) =>
        Array.from({ length: background === 0 ? ON_WHITE : ON_COLOUR }, (___, i) => {
          // The concept's own name as often as all others together; a quarter name no style, half of the white ones no background.
          const name = i % 2 === 0 ? (names[0] ?? '') : random.pick(names)
          const subject = {
            name,
            ...(random.uniform() < 0.75 ? { style } : {}),
            ...(background === 0 && i % 2 === 0 ? {} : { background }),
          }
          return caption(subject, drawWording(random))
        }),
      ),
    ),
  )
}

/** Encodes all captions with the shipped text encoder into `folder`/texts.safetensors, unless it holds just these. */
export async function makeTexts(
  folder: string,
  encoderFolder: string,
  threads: number,
  log: (line: string) => void,
): Promise<void> {
  const path = join(folder, 'texts.safetensors')
  const unique = uniqueCaptions()
  const recipe = createHash('sha256')
    .update(JSON.stringify([unique, featureRule]))
    .digest('hex')
  if (existsSync(path) && openSafetensors(path).metadata['recipe'] === recipe) return log('texts: already there')
  const started = Date.now()
  const encoder = await openTextEncoder(encoderFolder, { threads })
  // Captions of like length share a batch, so that little is padding.
  const order = unique
    .map((text, index) => ({ text, index, length: encoder.tokenize(text).length }))
    .sort((a, b) => a.length - b.length)
  const features = new Array<Float32Array>(unique.length)
  for (let at = 0; at < order.length; at += BATCH) {
    const batch = order.slice(at, at + BATCH)
    const states = await encoder.states(batch.map(({ text }) => text))
    batch.forEach(({ index, length }, i) => {
      const rows = textFeatures(states[i] ?? f32([0, 0], []), { minTokens: 1, maxTokens: featureRule.minTokens })
      if (length - 1 > featureRule.minTokens) log(`texts: '${unique[index]}' is cut`)
      features[index] = rows.data
    })
  }
  await encoder.release()
  const offsets = new Int32Array(unique.length + 1)
  features.forEach((rows, i) => (offsets[i + 1] = (offsets[i] ?? 0) + rows.length))
  const all = new Float32Array(offsets[unique.length] ?? 0)
  features.forEach((rows, i) => all.set(rows, offsets[i]))
  await writeSafetensors(
    path,
    { features: f32([all.length], all), offsets: tensor('i32', [offsets.length], offsets) },
    { metadata: { recipe } },
  )
  log(`texts: ${unique.length} captions in ${Math.round((Date.now() - started) / 1000)} s`)
}

/** Opens what `makeTexts` made. */
export function openTexts(folder: string): Texts {
  const file = openSafetensors(join(folder, 'texts.safetensors'))
  const features = (file.read('features') as Tensor<'f32'>).data
  const offsets = (file.read('offsets') as Tensor<'i32'>).data
  const captions = uniqueCaptions()
  const indices = new Map(captions.map((text, index) => [text, index]))
  const groups = captionGroups().map((group) => group.map((text) => indices.get(text) ?? 0))
  return {
    captions,
    of: (concept, style, background) => groups[(concept * styles.length + style) * backgrounds.length + background] ?? [],
    copyFeatures: (index, into) => {
      into.fill(0)
      into.set(features.subarray(offsets[index], offsets[index + 1]))
    },
    none: indices.get(NULL_PROMPT) ?? 0,
  }
}

function uniqueCaptions(): readonly string[] {
  return [...new Set([NULL_PROMPT, ...captionGroups().flat()])]
}
