import type { Frame, Generation } from '#shared/schema/generation'
import type { HistoryPicture } from '#shared/schema/history'
import type { GenerationId } from '#shared/schema/id'
import { create } from 'zustand'
import type { FormingById } from './forming'

interface PicturesState {
  /** The generations seen so far in this window. */
  readonly made: Readonly<Partial<Record<GenerationId, Generation>>>
  /** What the history's list shows of the pictures it has loaded. */
  readonly listed: Readonly<Partial<Record<GenerationId, HistoryPicture>>>
  readonly forming: FormingById
}

export const usePictures = create<PicturesState>()(() => ({ made: {}, listed: {}, forming: {} }))

export function rememberGenerations(generations: readonly Generation[]): void {
  if (generations.length === 0) return
  usePictures.setState(({ made }) => ({ made: { ...made, ...Object.fromEntries(generations.map((one) => [one.id, one])) } }))
  rememberListed(
    generations.map(({ id, createdAt, starred, recipe: { width, height } }) => ({ id, createdAt, starred, width, height })),
  )
}

export function rememberListed(pictures: readonly HistoryPicture[]): void {
  usePictures.setState(({ listed }) => ({
    listed: { ...listed, ...Object.fromEntries(pictures.map((one) => [one.id, one])) },
  }))
}

const NO_FRAMES: readonly Frame[] = []

/** The trajectory of a picture, whether it is still forming or done. */
export function framesOf({ made, forming }: PicturesState, id: string | undefined): readonly Frame[] {
  const key = id as GenerationId
  return made[key]?.frames ?? forming[key]?.frames ?? NO_FRAMES
}

/** The finished picture behind a place on the canvas; undefined while it forms. */
export function generationOf({ made }: Pick<PicturesState, 'made'>, id: string | undefined): Generation | undefined {
  return made[id as GenerationId]
}
