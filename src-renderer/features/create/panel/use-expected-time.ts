import type { ModelCard } from '#shared/schema/model'
import { useEffect, useState } from 'react'
import { expectedTime } from '../../../actions/estimate'
import { useEngine } from '../../../state/engine'
import { useSettings } from '../../../state/settings'

/** Settings that are being dragged are asked about after this pause. */
const PAUSE_MS = 60

interface Expected {
  readonly pictureMs: number
  readonly totalMs: number
}

/** The time that the draft will take here; asked again when a job ends, as each one teaches something. */
export function useExpectedTime(model: ModelCard): Expected | undefined {
  const steps = useSettings((state) => state.draft.steps)
  const count = useSettings((state) => state.draft.count)
  const { width, height } = useSettings((state) => state.draft.size) ?? model.defaults
  const { scale, low, high } = useSettings((state) => state.draft.cfg) ?? model.defaults.cfg
  const waiting = useEngine((state) => state.queue.jobs.length)
  const [expected, setExpected] = useState<Expected>()
  useEffect(() => {
    let current = true
    const ask = async () => {
      const answer = await expectedTime({ model: model.name, width, height, steps, cfg: { scale, low, high }, count })
      if (current) setExpected(answer)
    }
    const timer = setTimeout(() => void ask(), PAUSE_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [model.name, width, height, steps, scale, low, high, count, waiting])
  return expected
}
