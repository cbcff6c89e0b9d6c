import type { AdapterCard } from '#shared/schema/adapter'
import { create } from 'zustand'

interface AdaptersState {
  /** Those of the library, by name; undefined until they were asked for. */
  readonly cards: readonly AdapterCard[] | undefined
}

export const useAdapters = create<AdaptersState>()(() => ({ cards: undefined }))
