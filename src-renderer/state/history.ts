import type { GenerationId } from '#shared/schema/id'
import { create } from 'zustand'
import type { Row } from './history-rows'

interface HistoryState {
  readonly rows: readonly Row[]
  readonly search: string
  /** Where the next page starts; null when all rows are there. */
  readonly next: string | null
  /** Pictures in the library that match. */
  readonly total: number
  /** Pictures that are chosen in the list, the last one last. */
  readonly chosen: readonly GenerationId[]
  readonly loading: boolean
  /** Whether the first page has come. */
  readonly ready: boolean
}

export const useHistory = create<HistoryState>()(() => ({
  rows: [],
  search: '',
  next: null,
  total: 0,
  chosen: [],
  loading: false,
  ready: false,
}))
