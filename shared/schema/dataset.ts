import { z } from 'zod'

/**
 * A folder of pictures to learn from: how it is read, what the artist changed about it, and what reading it found. Pictures go by
 * their path below the folder, with forward slashes. Originals are never changed; changes are kept here.
 */

const side = z.int().positive().max(65_536)
const name = z.string().min(1).max(4096)

/** Pixels of a picture from its left upper corner. */
export const Rectangle = z.object({ left: z.int().min(0), top: z.int().min(0), width: side, height: side })
export type Rectangle = z.infer<typeof Rectangle>

/** A size that pictures are trained at. */
export const BucketSize = z.object({ width: side, height: side })
export type BucketSize = z.infer<typeof BucketSize>

/** What the artist says of one picture instead of what lies in the folder. */
export const PictureEdit = z.strictObject({
  caption: z.string().max(10_000).optional(),
  /** Left out of training. */
  excluded: z.boolean().optional(),
  /** The part to learn from, of the picture as it is shown. */
  crop: Rectangle.optional(),
})
export type PictureEdit = z.infer<typeof PictureEdit>

/** How a folder becomes samples. Where nothing is said, pictures and captions are taken as they are. */
export const DataSettings = z.strictObject({
  /** A word that calls what is learnt: put before captions that do not hold it. */
  trigger: z.string().trim().max(200).default(''),
  /** Parts of captions between commas come in a new order, all but the first `keepTags`. */
  shuffleTags: z.boolean().default(false),
  keepTags: z.int().min(0).max(1000).default(1),
  /** Share of samples that learn without their caption. */
  captionDropout: z.number().min(0).max(1).default(0.1),
  /** Half of the samples are mirrored, left to right. */
  flip: z.boolean().default(false),
  /** What shows through transparent pixels. */
  background: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'is a colour such as #ffffff')
    .default('#ffffff'),
  /** Pictures of more pixels than a square of this side are made smaller; the side that the model was trained at where left out. */
  resolution: side.optional(),
  /** Pictures too small for the model are made larger instead of being left out. */
  upscale: z.boolean().default(false),
  /** Share of the pictures that are kept for validation, and never trained on. */
  holdOut: z.number().min(0).max(0.5).default(0),
  edits: z.record(name, PictureEdit).default({}),
})
export type DataSettings = z.infer<typeof DataSettings>

/** What may be wrong with a picture that is trained on all the same; with `unreadable`, `too-small` and `no-class` it is left out. */
export const PROBLEMS = [
  'unreadable',
  'too-small',
  'no-class',
  'small',
  'blurred',
  'animated',
  'near-duplicate',
  'missing-caption',
  'tokens-cut',
] as const

export const PictureProblem = z.object({
  kind: z.enum(PROBLEMS),
  /** In words, with the numbers that led to it. */
  reason: z.string(),
  /** `near-duplicate`: the picture it is like. `tokens-cut`: the words that the model does not read. */
  like: name.optional(),
  words: z.array(z.string()).optional(),
})
export type PictureProblem = z.infer<typeof PictureProblem>

/** One picture as training sees it. */
export const DatasetPicture = z.object({
  file: name,
  /** sha256 of its content. */
  content: z.string().regex(/^[0-9a-f]{64}$/),
  width: side,
  height: side,
  /** With the trigger word. */
  caption: z.string(),
  captionFrom: z.enum(['edit', 'text-file', 'metadata', 'file-name', 'folder-name', 'nothing']),
  /** Samples it gives in one epoch. */
  repeats: z.int().positive(),
  /** Class models: the class, from 0. */
  classId: z.int().min(0).optional(),
  bucket: BucketSize,
  /** The part that is trained on, of the picture turned upright. */
  crop: Rectangle,
  heldOut: z.boolean(),
  problems: z.array(PictureProblem),
})
export type DatasetPicture = z.infer<typeof DatasetPicture>

/** What reading a folder found: all that is shown before a training. */
export const DatasetReport = z.object({
  folder: z.string(),
  pictures: z.array(DatasetPicture),
  /** Left out of training, and why. */
  skipped: z.array(z.object({ file: name, problem: PictureProblem })),
  buckets: z.array(BucketSize.extend({ pictures: z.int().positive(), samples: z.int().positive() })),
  counts: z.object({
    pictures: z.int().min(0),
    /** Samples of one epoch: pictures with their repeats, without those held out. */
    samples: z.int().min(0),
    heldOut: z.int().min(0),
    skipped: z.int().min(0),
    missingCaptions: z.int().min(0),
    cutCaptions: z.int().min(0),
    nearDuplicates: z.int().min(0),
    small: z.int().min(0),
    blurred: z.int().min(0),
  }),
  /** What of the folder's own description could not be used, in words. */
  notes: z.array(z.string()),
})
export type DatasetReport = z.infer<typeof DatasetReport>
