import type { ImageId } from '#shared/schema/id'
import type { Recipe } from '#shared/schema/recipe'
import { create } from 'zustand'

/** The place on the canvas where live pictures are shown. */
export const LIVE = 'live'

/** A picture that was drawn while typing. */
export interface LivePicture {
  readonly image: ImageId
  readonly recipe: Recipe
  /** What it took from the request to the file. */
  readonly ms: number
}

interface LiveState {
  readonly picture: LivePicture | undefined
}

export const useLive = create<LiveState>()(() => ({ picture: undefined }))
