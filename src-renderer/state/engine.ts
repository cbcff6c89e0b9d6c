import type { EngineState, QueueProgress, QueueView } from '#shared/ipc/events'
import { create } from 'zustand'

interface EngineStore {
  readonly engine: EngineState
  readonly queue: QueueView
  /** How far the running job is; undefined while none runs. */
  readonly progress: QueueProgress | undefined
}

export const useEngine = create<EngineStore>()(() => ({
  engine: { is: 'starting' },
  queue: { jobs: [], waiting: 0, paused: false, owner: null },
  progress: undefined,
}))
