import { join } from 'node:path'
import { z } from 'zod'
import type { Tensor } from '../ir/tensor'
import { FileError, systemCode } from '../files/file-error'
import { EngineError } from '../ir/errors'
import { openTextEncoder, type TextEncoder } from '../models/bert/encoder'
import { textFeatures, type FeatureRule } from '../models/bert/features'
import { openGemma3 } from '../models/gemma3/encoder'
import { tensor } from '../ir/tensor'
import { readConfig } from '../weights/component'
import { WeightsError } from '../weights/weights-error'
import type { Features } from './features'
import { promptTokens } from './prompt-tokens'
import { openTokenizer } from './tokenizer'

/** What a text encoder makes of one prompt. */
export interface EncodedPrompt {
  /** Shape: (L,D). */
  readonly features: Features
  /** The vector that stands for every padding token, (D); undefined where prompts of different lengths are never filled. */
  readonly padding?: Tensor<'f32'>
  /** Where in the prompt its first dropped word begins; undefined where all of it was read. */
  readonly cut?: number
}

/** A text encoder with its tokenizer and the way in which its image network was trained to see prompts. */
export interface PromptEncoder {
  encode(prompt: string): Promise<EncodedPrompt>
  release(): Promise<void>
}

interface Options {
  readonly threads?: number
}

/** Opens the text encoder in a component folder, whichever kind it is. Throws WeightsError, TokenizerError, FileError. */
export async function openPromptEncoder(folder: string, rule: FeatureRule, options: Options = {}): Promise<PromptEncoder> {
  const { model_type: kind } = readConfig(join(folder, 'config.json'), z.object({ model_type: z.string().default('bert') }))
  const open = KINDS[kind]
  if (open) return open(folder, rule, options)
  const known = Object.keys(KINDS).join(', ')
  throw new WeightsError('weights.config', folder, `holds a ${kind}, which is no text encoder known here`, `Use one of ${known}.`)
}

type Open = (folder: string, rule: FeatureRule, options: Options) => Promise<PromptEncoder>

/** The released models: escaped as in their training, each prompt at its own length, filled with the padding's vector. */
const openGemma: Open = async (folder, { maxTokens }, options) => {
  const tokenizer = openTokenizer(folder)
  const encoder = await openGemma3(folder, options)
  return {
    encode: async (prompt) => {
      const { ids, cut } = promptTokens(tokenizer, prompt, { maxTokens, escape: true })
      return { ...(await encoder.encode(ids)), ...(cut === undefined ? {} : { cut }) }
    },
    release: () => encoder.release(),
  }
}

/** The embedded model: token states behind their mean, at least `minTokens` rows. */
const openBert: Open = async (folder, rule, options) => {
  const encoder = await openBertEncoder(folder, options)
  const frame = encoder.tokenize('')
  const tokenizer = { encode: encoder.tokenize, frame: { before: frame.slice(0, 1), after: frame.slice(1) } }
  return {
    encode: async (prompt) => {
      // The mean takes the place of the opening token, the closing one has no row.
      const { ids, cut } = promptTokens(tokenizer, prompt, { maxTokens: rule.maxTokens + 1, escape: false })
      const [states] = await encoder.statesOf([ids])
      if (!states) throw new TypeError('one prompt has one result')
      const { shape, data } = textFeatures(states, rule)
      return { features: tensor('f32', shape.slice(1), data), ...(cut === undefined ? {} : { cut }) }
    },
    release: () => encoder.release(),
  }
}

const KINDS: Readonly<Record<string, Open>> = { gemma3_text: openGemma, gemma3: openGemma, bert: openBert }

/** The encoder's JSON files are read as they are, so that what is wrong with them is only now put in words. */
async function openBertEncoder(folder: string, options: Options): Promise<TextEncoder> {
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
