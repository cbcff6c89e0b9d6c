import { join } from 'node:path'
import { z } from 'zod'
import type { Recipe } from '#shared/schema/recipe'
import { openTextEncoder, type TextEncoder } from '../../models/bert/encoder'
import { textFeatures } from '../../models/bert/features'
import type { TimCondition } from '../../models/tim/network-graph'
import { FileError, systemCode } from '../../files/file-error'
import { EngineError } from '../../ir/errors'
import { readConfig } from '../../weights/component'
import { componentFolder, type ModelFolder } from '../../weights/manifest'
import { WeightsError } from '../../weights/weights-error'
import type { Conditions } from './drawing-model'
import { openGemmaPrompts } from './gemma-prompts'

/** The part of a model that reads prompts. */
export interface Prompts {
  conditionsOf(recipe: Pick<Recipe, 'prompt' | 'negativePrompt'>): Promise<Conditions<TimCondition>>
  release(): Promise<void>
}

const Named = z.object({ model_type: z.string().optional() })

/** Prompts whose features are kept: a prompt is drawn again and again, and the empty one always. */
const REMEMBERED = 32

/** Opens a model's text encoder. Throws WeightsError or FileError. */
export async function openPrompts(model: ModelFolder, options: { readonly threads?: number }): Promise<Prompts> {
  const { text } = model.manifest
  if (text === undefined)
    throw new WeightsError(
      'weights.manifest',
      model.folder,
      'does not say how its text encoder is used',
      'Import the model again.',
    )
  const folder = componentFolder(model, 'text')
  const { model_type: design } = readConfig(join(folder, 'config.json'), Named)
  if (design?.startsWith('gemma3') === true) return openGemmaPrompts(folder, text.maxTokens, options)
  const encoder = await openEncoder(folder, options)
  const known = new Map<string, TimCondition>()
  const conditionOf = async (prompt: string): Promise<TimCondition> => {
    const [states] = known.has(prompt) ? [] : await encoder.states([prompt])
    const condition = known.get(prompt) ?? (states && { y: textFeatures(states, text) })
    if (condition === undefined) throw new TypeError('one prompt has one result')
    // The last used stand last, so the first is the one to forget.
    known.delete(prompt)
    known.set(prompt, condition)
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED) break
      known.delete(oldest)
    }
    return condition
  }
  return {
    conditionsOf: async ({ prompt, negativePrompt }) => ({
      nullCondition: await conditionOf(negativePrompt),
      condition: await conditionOf(prompt),
    }),
    release: () => encoder.release(),
  }
}

/** The encoder's JSON files are read as they are, so that what is wrong with them is only now put in words. */
async function openEncoder(folder: string, options: { readonly threads?: number }): Promise<TextEncoder> {
  try {
    return await openTextEncoder(folder, options)
  } catch (error) {
    if (error instanceof EngineError) throw error
    if (systemCode(error) !== undefined) {
      const file = error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : folder
      throw new FileError(file, error)
    }
    const why = error instanceof Error ? error.message : String(error)
    throw new WeightsError(
      'weights.config',
      folder,
      `holds a text encoder that cannot be read: ${why}`,
      'Install or import the model again.',
    )
  }
}
