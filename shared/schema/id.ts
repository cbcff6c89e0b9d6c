import { z } from 'zod'

/**
 * Identifiers of the library. They are made by the library alone: 10 characters of time and 16 of chance in
 * Crockford's base 32, lower case, so that ids sort by age and are safe as file names.
 */
const stem = '[0-9a-hjkmnp-tv-z]{26}'

/** One generation, which is one picture with its recipe. The same id names its picture at `tim://image/<id>`. */
export const GenerationId = z
  .string()
  .regex(new RegExp(`^${stem}$`))
  .brand<'GenerationId'>()
export type GenerationId = z.infer<typeof GenerationId>

/** One job of the queue. */
export const JobId = z
  .string()
  .regex(new RegExp(`^${stem}$`))
  .brand<'JobId'>()
export type JobId = z.infer<typeof JobId>

/** A picture that the library serves: a finished picture `<generation>` or frame n of its trajectory `<generation>.n`. */
export const ImageId = z
  .string()
  .regex(new RegExp(`^${stem}(\\.(0|[1-9][0-9]{0,3}))?$`))
  .brand<'ImageId'>()
export type ImageId = z.infer<typeof ImageId>

/** The address under which the window loads an image of the library. */
export const imageUrl = (id: ImageId | GenerationId): string => `tim://image/${id}`

/** The address of a small copy of a picture, at most 256 pixels long; of a picture that is no larger, the picture itself. */
export const smallImageUrl = (id: GenerationId): string => `tim://small/${id}`

/** The image of frame `index` of a generation's trajectory. */
export const frameImage = (id: GenerationId, index: number): ImageId => ImageId.parse(`${id}.${index}`)
