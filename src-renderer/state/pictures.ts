import type { Frame, Generation } from '#shared/schema/generation'
import type { GenerationId } from '#shared/schema/id'
import { create } from 'zustand'
import type { FormingById } from './forming'

interface PicturesState {
  /** The generations seen so far in this window. */
  readonly made: Readonly<Partial<Record<GenerationId, Generation>>>
  readonly forming: FormingById
}

export const usePictures = create<PicturesState>()(() => ({ made: {}, forming: {} }))

export function rememberGenerations(generations: readonly Generation[]): void {
  if (generations.length === 0) return
  usePictures.setState(({ made }) => ({ made: { ...made, ...Object.fromEntries(generations.map((one) => [one.id, one])) } }))
}

const NO_FRAMES: readonly Frame[] = []

/** The trajectory of a picture, whether it is still forming or done. */
export function framesOf({ made, forming }: PicturesState, id: string | undefined): readonly Frame[] {
  const key = id as GenerationId
  return made[key]?.frames ?? forming[key]?.frames ?? NO_FRAMES
}

/** The finished picture behind a place on the canvas; undefined while it forms. */
export function generationOf({ made }: PicturesState, id: string | undefined): Generation | undefined {
  return made[id as GenerationId]
}
