import { z } from 'zod'

/** Formats of copies for other programs. */
export const PictureFormat = z.enum(['png', 'jpeg', 'webp'])
export type PictureFormat = z.infer<typeof PictureFormat>
