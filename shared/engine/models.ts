import { z } from 'zod'
import { PictureError } from '../schema/model'
import { Precision } from '../schema/recipe'

/** Jobs on the models of a library: what main asks of the engine and what it hears. Paths are chosen by main or by the user. */

const path = z.string().min(1).max(4096)
const bytes = z.number().nonnegative()

/** What a model is called, which is also its folder's name. */
export const ModelName = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'has letters, digits, dots, dashes and underscores only')
  .refine((name) => name !== 'components', 'is the name of a folder that models share')
export type ModelName = z.infer<typeof ModelName>

/** A part as a person knows it. */
export const ModelPart = z.enum(['transformer', 'autoencoder', 'text'])
export type ModelPart = z.infer<typeof ModelPart>

/** The released networks. */
export const ReleasedName = z.enum(['t2i-xl', 'c2i-xl-256', 'c2i-xl-512', 'c2i-b'])
export type ReleasedName = z.infer<typeof ReleasedName>

/** Published files become a model. What is left out is found or has the released model's value. */
export const ImportTask = z.object({
  kind: z.literal('import'),
  /** The library's folder of models. */
  models: path,
  name: ModelName.optional(),
  title: z.string().min(1).max(200).optional(),
  /** File or folder. */
  transformer: path,
  autoencoder: path,
  /** File or folder; a class-conditional model has none. */
  text: path.optional(),
  /** tokenizer.json, where the text encoder's folder has none. */
  tokenizer: path.optional(),
  /** What the transformer is said to be: checked, not believed. */
  expect: z.enum(['text', 'class']).optional(),
  /** copy: files of the library's own, sharing disk space where the file system can; link: the files stay where they are. */
  keep: z.enum(['copy', 'link']).default('copy'),
  /** Of the transformer; as it is where left out. */
  precision: Precision.optional(),
  /** Where the files come from and under which licence, where that is known. */
  source: z.string().max(1000).optional(),
  licence: z.string().max(1000).optional(),
})
export type ImportTask = z.infer<typeof ImportTask>

/** Files and folders become a model, whichever part each is. */
export const ImportGivenTask = ImportTask.omit({
  kind: true,
  transformer: true,
  autoencoder: true,
  text: true,
  tokenizer: true,
}).extend({
  kind: z.literal('import-given'),
  given: z.array(path).min(1).max(50),
})
export type ImportGivenTask = z.infer<typeof ImportGivenTask>

export const VerifyTask = z.object({ kind: z.literal('verify'), models: path, model: path })
export type VerifyTask = z.infer<typeof VerifyTask>

export const RemoveTask = z.object({ kind: z.literal('remove'), models: path, model: path })
export type RemoveTask = z.infer<typeof RemoveTask>

/** What a job on models says while it runs. */
export const ModelNews = z.discriminatedUnion('is', [
  /** `done` of `total` bytes; both 0 where nobody can tell. */
  z.object({
    is: z.literal('doing'),
    what: z.enum(['recognising', 'hashing', 'copying', 'writing', 'converting', 'measuring', 'checking']),
    part: ModelPart,
    done: bytes,
    total: bytes,
  }),
  /** Something a person should know that is no failure. */
  z.object({ is: z.literal('note'), text: z.string() }),
  z.object({
    is: z.literal('installed'),
    name: z.string(),
    folder: path,
    precision: Precision.optional(),
    /** Of one pass, and of a picture of 8 steps, where it was converted. */
    error: z.number().optional(),
    picture: PictureError.optional(),
  }),
  z.object({ is: z.literal('verified'), files: z.number().int(), bytes }),
  /** What became free, and the parts that stay because other models use them. */
  z.object({ is: z.literal('removed'), freed: bytes, kept: z.array(ModelPart) }),
])
export type ModelNews = z.infer<typeof ModelNews>

/** Hears how a job goes. */
export type TellModels = (news: ModelNews) => void
