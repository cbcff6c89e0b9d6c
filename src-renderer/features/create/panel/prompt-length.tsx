import type { ModelCard } from '#shared/schema/model'
import type { PromptLength as Length } from '#shared/schema/prompt-length'
import { clsx } from 'clsx'
import { useEffect, useState } from 'react'
import { promptLength } from '../../../actions/prompts'
import { useChosenModel } from '../../../state/models'
import { askAfterPause, isWorthSaying, mayBeLong } from './token-count'

/** How long a prompt is to the model that draws, once it is near what that one reads; above, the words that it leaves out. */
export function PromptLength({ prompt }: { readonly prompt: string }) {
  const model = useChosenModel()
  const length = usePromptLength(model, prompt)
  if (length === undefined) return null
  const { tokens, most, dropped } = length
  return (
    <p className={clsx('text-label tabular-nums', dropped === undefined ? 'text-muted' : 'text-alarm')}>
      {tokens} of {most} tokens
      {dropped !== undefined && (
        <span className="line-clamp-3 break-words" title={dropped}>
          Left out: {dropped}
        </span>
      )}
    </p>
  )
}

/** Undefined while a prompt is far from what the model reads. */
function usePromptLength(model: ModelCard | undefined, prompt: string): Length | undefined {
  const [counted, setCounted] = useState<{ readonly by: string; readonly length: Length | undefined }>()
  const name = model?.name ?? ''
  const isAsked = model?.state.is === 'ready' && mayBeLong(prompt, model.maxTokens)
  useEffect(() => {
    if (!isAsked) return
    return askAfterPause(
      async () => promptLength(name, prompt),
      (length) => setCounted({ by: name, length }),
    )
  }, [isAsked, name, prompt])
  if (!isAsked || counted?.by !== name || counted.length === undefined) return undefined
  return isWorthSaying(counted.length) ? counted.length : undefined
}
