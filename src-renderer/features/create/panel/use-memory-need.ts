import type { MemoryNeed } from '#shared/schema/memory'
import type { ModelCard } from '#shared/schema/model'
import { useEffect, useState } from 'react'
import { memoryNeed } from '../../../actions/estimate'
import { useSettings } from '../../../state/settings'

/** Settings that are being dragged are asked about after this pause. */
const PAUSE_MS = 80

/** The memory that the draft will take here. */
export function useMemoryNeed(model: ModelCard): MemoryNeed | undefined {
  const steps = useSettings((state) => state.draft.steps)
  const { width, height } = useSettings((state) => state.draft.size) ?? model.defaults
  const { scale, low, high } = useSettings((state) => state.draft.cfg) ?? model.defaults.cfg
  const [need, setNeed] = useState<MemoryNeed>()
  useEffect(() => {
    let current = true
    const ask = async () => {
      const answer = await memoryNeed({ model: model.name, width, height, steps, cfg: { scale, low, high } })
      if (current) setNeed(answer)
    }
    const timer = setTimeout(() => void ask(), PAUSE_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [model.name, width, height, steps, scale, low, high])
  return need
}
