import type { EngineState, QueueView } from '#shared/ipc/events'
import { create } from 'zustand'

interface EngineStore {
  readonly engine: EngineState
  readonly queue: QueueView
}

export const useEngine = create<EngineStore>()(() => ({ engine: { is: 'starting' }, queue: { jobs: [], owner: null } }))
