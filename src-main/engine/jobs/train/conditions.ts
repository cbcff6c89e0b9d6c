import { f32, type Tensor } from '../../ir/tensor'
import { openTextEncoder } from '../../models/bert/encoder'
import { textFeatures } from '../../models/bert/features'
import { isTextConditional, nullClass, type TimConfig } from '../../models/tim/config'
import type { TimCondition } from '../../models/tim/network-graph'
import { TrainingError } from '../../training/training-error'
import { componentFolder, type ModelFolder } from '../../weights/manifest'
import type { CaptionedPicture } from './captioned-pictures'

/** What samples are conditioned on: one row a picture, and one that says nothing. */
export interface ConditionTable {
  /** The condition of a batch; a row of −1 is the empty one. */
  batch(rows: readonly number[]): TimCondition
}

/** Prompts encoded at once. */
const GROUP = 16

/** Reads captions, or classes by the folders that pictures lie in, into rows for training. Throws TrainingError naming a picture without class. */
export async function conditionTable(
  model: ModelFolder,
  config: TimConfig,
  pictures: readonly CaptionedPicture[],
): Promise<ConditionTable> {
  if (!isTextConditional(config)) return classTable(model, nullClass(config), pictures)
  const { text } = model.manifest
  if (text === undefined) throw new TypeError('the manifest of a text model says how its text is encoded')
  // One length for all: captions beyond it are cut, as when the model was trained.
  const rule = { minTokens: text.minTokens, maxTokens: text.minTokens }
  const prompts = [...new Set(['', ...pictures.map(({ caption }) => caption)])]
  const encoder = await openTextEncoder(componentFolder(model, 'text'))
  const features = new Map<string, Tensor<'f32'>>()
  for (let at = 0; at < prompts.length; at += GROUP) {
    const group = prompts.slice(at, at + GROUP)
    const states = await encoder.states(group)
    group.forEach((prompt, i) => {
      const found = states[i]
      if (found) features.set(prompt, textFeatures(found, rule))
    })
  }
  await encoder.release()
  const size = rule.minTokens * config.cap_feat_dim
  return {
    batch: (rows) => {
      const y = new Float32Array(rows.length * size)
      rows.forEach((row, i) => y.set(features.get(pictures[row]?.caption ?? '')?.data ?? [], i * size))
      return { y: f32([rows.length, rule.minTokens, config.cap_feat_dim], y) }
    },
  }
}

function classTable(model: ModelFolder, none: number | undefined, pictures: readonly CaptionedPicture[]): ConditionTable {
  const names = model.manifest.classes ?? []
  const ids = pictures.map(({ file, group }) => {
    const id = /^\d+$/.test(group) ? Number(group) : names.indexOf(group)
    if (id >= 0 && id < names.length) return id
    const remedy = `Put it into a folder named by its class: 0 to ${names.length - 1}, or a name such as "${names[0]}".`
    throw new TrainingError('training.data', `${file} lies in no folder of a class of ${model.manifest.title}.`, remedy)
  })
  return { batch: (rows) => ({ classes: rows.map((row) => ids[row] ?? none ?? 0) }) }
}
