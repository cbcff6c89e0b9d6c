import { z } from 'zod'
import { Generation } from './generation'

/** A row of the history: one prompt on one day, its newest pictures first. Derived from the library, never stored. */
export const HistoryRow = z.object({
  /** Local day, YYYY-MM-DD. */
  day: z.string(),
  prompt: z.string(),
  classId: z.number().int().nonnegative().optional(),
  /** Pictures of the row in all; `pictures` holds the newest of them. */
  total: z.number().int().positive(),
  pictures: z.array(Generation),
})
export type HistoryRow = z.infer<typeof HistoryRow>

/** Pictures that a row of a page carries at most. */
export const ROW_PICTURES = 48

export const HistoryPage = z.object({
  rows: z.array(HistoryRow),
  /** Give it back to get the next page; null at the end. */
  next: z.string().nullable(),
  /** Pictures in the library that match, all pages together. */
  total: z.number().int().nonnegative(),
})
export type HistoryPage = z.infer<typeof HistoryPage>
