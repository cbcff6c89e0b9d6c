import type { LibraryState } from '#shared/schema/library'
import { create } from 'zustand'

interface LibraryStore {
  /** What it takes on disk and what is missing in it; undefined until main has answered. */
  readonly library: LibraryState | undefined
}

export const useLibrary = create<LibraryStore>()(() => ({ library: undefined }))
