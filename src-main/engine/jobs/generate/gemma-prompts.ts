import { f32 } from '../../ir/tensor'
import { openGemma3 } from '../../models/gemma3/encoder'
import type { TimCondition } from '../../models/tim/network-graph'
import { guidancePair, type Features } from '../../text/features'
import { promptTokens } from '../../text/prompt-tokens'
import { openTokenizer } from '../../text/tokenizer'
import type { Prompts } from './open-prompts'

/** Prompts whose features are kept: a prompt is drawn again and again, and the empty one always. */
const REMEMBERED = 32

/**
 * Opens a Gemma 3 text encoder as the released models use it: escaped prompts, real tokens only, both conditions filled to the longer.
 * Throws WeightsError, FileError, TokenizerError.
 */
export async function openGemmaPrompts(
  folder: string,
  maxTokens: number,
  options: { readonly threads?: number },
): Promise<Prompts> {
  const tokenizer = openTokenizer(folder)
  const encoder = await openGemma3(folder, options)
  const known = new Map<string, Awaited<ReturnType<typeof encoder.encode>>>()
  const encode = async (prompt: string) => {
    const found = known.get(prompt) ?? (await encoder.encode(promptTokens(tokenizer, prompt, { maxTokens, escape: true }).ids))
    // The last used stand last, so the first is the one to forget.
    known.delete(prompt)
    known.set(prompt, found)
    const [oldest] = known.keys()
    if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest)
    return found
  }
  return {
    conditionsOf: async ({ prompt, negativePrompt }) => {
      const against = await encode(negativePrompt)
      const { features, padding } = await encode(prompt)
      const pair = guidancePair(features, against.features, padding)
      return { condition: conditionOf(pair.prompt), nullCondition: conditionOf(pair.against) }
    },
    release: () => encoder.release(),
  }
}

/** Shape: (L,D) → (1,L,D). */
function conditionOf({ shape, data }: Features): TimCondition {
  return { y: f32([1, ...shape], data) }
}
