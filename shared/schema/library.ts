import { z } from 'zod'

const bytes = z.number().nonnegative()

/** What the library takes on disk, in bytes, and what is missing in it. */
export const LibraryState = z.object({
  pictures: bytes,
  /** Frames and states of the ways there. */
  ways: bytes,
  /** Small copies, encoded texts and pictures: made again when needed. */
  cache: bytes,
  models: bytes,
  /** Room that is left on the disk. */
  free: bytes,
  /** Pictures whose files are gone. They are kept out of sight. */
  lost: z.number().int().nonnegative(),
  /** Picture files that could not be read back in. */
  unreadable: z.number().int().nonnegative(),
})
export type LibraryState = z.infer<typeof LibraryState>
