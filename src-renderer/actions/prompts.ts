import type { Prompt } from '#shared/schema/prompt'
import type { PromptLength } from '#shared/schema/prompt-length'
import { studio } from '../ipc/client'
import { patchDraft, useSettings } from '../state/settings'

/** Prompts that Alt+↑ goes back through. */
const REACH = 200

/** Where one is in the past: 0 is what was being typed, 1 the newest prompt. */
interface Walk {
  readonly prompts: readonly Pick<Prompt, 'text' | 'negative'>[]
  readonly at: number
  /** What the walk has put into the box; when the box holds something else, one has typed and the walk is over. */
  readonly shown: string
}

let walk: Walk | undefined

/** Puts an older (+1) or newer (−1) prompt into the box; the newest end is what was being typed. */
export async function walkPrompts(by: 1 | -1): Promise<void> {
  const { prompt, negativePrompt } = useSettings.getState().draft
  let current = walk?.shown === prompt ? walk : undefined
  if (current === undefined) {
    const answer = await studio.call('prompts/list', { search: '', limit: REACH })
    if (!answer.ok) return
    const typed = { text: prompt, negative: negativePrompt }
    current = { prompts: [typed, ...answer.value.filter(({ text }) => text !== prompt)], at: 0, shown: prompt }
  }
  const at = Math.min(current.prompts.length - 1, Math.max(0, current.at + by))
  const chosen = current.prompts[at]
  if (chosen === undefined) return
  walk = { prompts: current.prompts, at, shown: chosen.text }
  patchDraft({ prompt: chosen.text, negativePrompt: chosen.negative })
}

/** How long a prompt is to the model of a name; undefined where nobody can tell. */
export async function promptLength(model: string, prompt: string): Promise<PromptLength | undefined> {
  const answer = await studio.call('prompt/tokens', { model, prompt })
  return answer.ok ? answer.value : undefined
}
