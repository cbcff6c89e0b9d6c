import { z } from 'zod'
import { GenerationId } from './id'

/** What the list of the history shows of a picture; the rest is asked for when it is looked at. */
export const HistoryPicture = z.object({
  id: GenerationId,
  createdAt: z.number().int().nonnegative(),
  starred: z.boolean(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
})
export type HistoryPicture = z.infer<typeof HistoryPicture>

/** Pictures of one prompt on one day, newest first. Derived from the library, never stored. */
export const HistoryRow = z.object({
  /** Local day, YYYY-MM-DD. */
  day: z.string(),
  prompt: z.string(),
  classId: z.number().int().nonnegative().optional(),
  pictures: z.array(HistoryPicture).min(1),
})
export type HistoryRow = z.infer<typeof HistoryRow>

/** Matches of a search are counted up to here. */
export const MOST_COUNTED = 1000

/** The next pictures of the history by age. A row may go on in the next page. */
export const HistoryPage = z.object({
  rows: z.array(HistoryRow),
  /** Give it back to get the next page; null at the end. */
  next: z.string().nullable(),
  /** Pictures in the library that match, all pages together; `MOST_COUNTED` means that many or more when something is searched for. */
  total: z.number().int().nonnegative(),
})
export type HistoryPage = z.infer<typeof HistoryPage>
