import type { DownloadState, OfferCard, TokenState } from '#shared/schema/download'
import type { ModelWork } from '#shared/schema/model-work'
import { create } from 'zustand'

interface ModelWorkState {
  /** What is imported, checked or removed at the moment, or how the last of these ended. */
  readonly work: ModelWork
  readonly download: DownloadState
  /** Undefined until main has answered. */
  readonly offers: readonly OfferCard[] | undefined
  readonly token: TokenState | undefined
  /** Files and folders that were chosen or dropped, while it is asked how to import them. */
  readonly given: readonly string[] | undefined
  /** What the last import was told, so that one that was stopped can go on. */
  readonly order: ImportOrder | undefined
}

export interface ImportOrder {
  readonly paths: string[]
  readonly name?: string
  readonly precision?: 'f16' | 'q8' | 'q4' | 'int8'
  readonly link: boolean
}

export const useModelWork = create<ModelWorkState>()(() => ({
  work: { is: 'none' },
  download: { is: 'none' },
  offers: undefined,
  token: undefined,
  given: undefined,
  order: undefined,
}))
