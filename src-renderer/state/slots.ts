import type { ScreenSize } from '../canvas/kernels/geometry'
import { placeBelow, placeBeside, type Placed } from '../canvas/kernels/layout'
import type { Selection } from '../canvas/kernels/selection'
import { renamedIn, type UndoStack } from '../canvas/kernels/undo'

/**
 * Places for pictures that do not exist yet: a job's pictures get their places when it is queued. A place is named after the job until its
 * picture begins, and from then on after the generation.
 */
export const slotPrefix = (job: string): string => `${job}/`
export const slotName = (job: string, picture: number): string => `${slotPrefix(job)}${picture}`

interface Layout {
  readonly placed: readonly Placed[]
  readonly selection: Selection
  /** Jobs that have got their places, also where these were freed since. */
  readonly jobs: readonly string[]
  /** What the view is fitted to. */
  readonly fitted?: readonly string[] | undefined
  /** The place that was selected without anybody's doing: as long as it is, the selection goes along with what forms. */
  readonly following?: string | undefined
  /** What can be taken back. */
  readonly undo?: UndoStack
}

interface JobPlaces {
  readonly job: string
  readonly width: number
  readonly height: number
  readonly count: number
  /** Generations of the pictures that were made or begun already, by picture. */
  readonly generations: readonly (string | undefined)[]
}

/** The layout with places for a job, its first one selected; the same object when the job has had its places. */
export function withJob<L extends Layout>(layout: L, job: JobPlaces, surface: ScreenSize, beside?: string): L {
  if (layout.jobs.includes(job.job)) return layout
  const there = new Set(layout.placed.map((item) => item.id))
  const names = Array.from({ length: job.count }, (_, i) => job.generations[i] ?? slotName(job.job, i)).filter(
    (name) => !there.has(name),
  )
  const jobs = [...layout.jobs, job.job]
  const first = names[0]
  if (first === undefined) return { ...layout, jobs }
  const anchor = layout.placed.find((item) => item.id === beside)
  const places =
    anchor !== undefined && names.length === 1
      ? [placeBeside(layout.placed, anchor, first, job)]
      : placeBelow(layout.placed, names, job, surface.width / Math.max(1, surface.height))
  return { ...layout, jobs, placed: [...layout.placed, ...places], selection: [first], following: first }
}

/** The layout after picture number `picture` of a job got its generation: its place and a selection of it carry the new name. */
export function withGeneration<L extends Layout>(layout: L, job: string, picture: number, generation: string): L {
  return withRenamed(layout, slotName(job, picture), generation)
}

/** The layout after a place got another name: the selection and what the view is fitted to go along. */
export function withRenamed<L extends Layout>(layout: L, before: string, generation: string): L {
  if (!layout.placed.some((item) => item.id === before)) return layout
  return {
    ...layout,
    placed: layout.placed.map((item) => (item.id === before ? { ...item, id: generation } : item)),
    selection: layout.selection.map((id) => (id === before ? generation : id)),
    fitted: layout.fitted?.map((id) => (id === before ? generation : id)),
    following: layout.following === before ? generation : layout.following,
    ...(layout.undo && { undo: renamedIn(layout.undo, before, generation) }),
  }
}

/** Whether nobody has selected anything else since the studio did. */
function follows({ selection, following }: Layout): boolean {
  return selection.length === 0 || (selection.length === 1 && selection[0] === following)
}

/** The layout when the picture in a place begins: the selection goes along unless it was made by hand. */
export function withBegun<L extends Layout>(layout: L, generation: string): L {
  if (!follows(layout) || !layout.placed.some((item) => item.id === generation)) return layout
  return { ...layout, selection: [generation], following: generation }
}

/** Whether a picture that is not finished is selected; `made` tells which ones are. */
export function watches({ selection, placed }: Layout, made: (id: string) => boolean): boolean {
  return placed.some((item) => selection.includes(item.id) && !made(item.id))
}

/** The layout without some places. Where the selection loses all it had, the place that follows (or else the last one) is selected. */
export function without<L extends Layout>(layout: L, gone: (id: string) => boolean): L {
  const placed = layout.placed.filter((item) => !gone(item.id))
  if (placed.length === layout.placed.length) return layout
  const selection = layout.selection.filter((id) => !gone(id))
  if (selection.length > 0 || layout.selection.length === 0) return { ...layout, placed, selection }
  const lost = layout.placed.findIndex((item) => item.id === layout.selection.at(-1))
  const next = layout.placed.slice(lost).find((item) => !gone(item.id)) ?? placed.at(-1)
  return { ...layout, placed, selection: next === undefined ? [] : [next.id] }
}
