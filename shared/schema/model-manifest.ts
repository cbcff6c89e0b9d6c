import { z } from 'zod'
import { ModelDefaults, PictureError } from './model'
import { Precision } from './recipe'

/** `model.json`: what a model folder holds. Data only; folders are plain names inside the model's own folder. */

export const MANIFEST_FORMAT = 'tim-model/1'

const label = z.string().min(1).max(200)
const text = z.string().max(10_000)
const count = z.number().int().positive().max(1_000_000)

/** Where components lie that several models share: a folder beside the models', one folder a component, named by its content. */
export const SHARED_COMPONENTS = 'components'

/** A folder inside the model's folder, or a shared component: no drive, no other parent, no absolute path. */
const folder = z
  .string()
  .max(200)
  .regex(
    /^([A-Za-z0-9_-][\w.-]*(\/[A-Za-z0-9_-][\w.-]*)*|\.\.\/components\/[0-9a-f]{32})$/,
    'is a folder inside the model folder or a shared component',
  )

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const bytes = z.number().int().nonnegative()

/** A file of a component: a plain name in its folder. */
export const ComponentFile = z.object({ name: z.string().regex(/^\w[\w.-]{0,199}$/), bytes, sha256 })
export type ComponentFile = z.infer<typeof ComponentFile>

/** The parts a model is made of. Encoder and decoder may name the same folder. */
export const ComponentRole = z.enum(['text', 'transformer', 'encoder', 'decoder', 'evaluator'])
export type ComponentRole = z.infer<typeof ComponentRole>

export const ModelComponent = z.object({
  folder,
  /** Of its weights file; of several, of the list of their checksums. */
  sha256,
  /** Of its weights. */
  bytes,
  /** All of its files; where left out, `model.safetensors` alone is known by `sha256` and `bytes`. */
  files: z.array(ComponentFile).min(1).max(1000).optional(),
  /** Whether its weights are links to files that lie elsewhere. */
  linked: z.boolean().optional(),
  /** What its weights were converted to; as published where left out. */
  precision: Precision.optional(),
  /** Relative error of one network pass against the weights before the conversion. */
  precisionError: z.number().nonnegative().optional(),
  pictureError: PictureError.optional(),
  licence: text,
  source: text,
})
export type ModelComponent = z.infer<typeof ModelComponent>

/** One number for all channels, or one for each. */
const perChannel = z.union([z.number(), z.array(z.number()).min(1).max(4096)])

export const ModelManifest = z
  .object({
    format: z.literal(MANIFEST_FORMAT),
    name: label,
    title: label,
    kind: z.enum(['text', 'class']),
    version: label,
    transport: z.object({
      name: z.enum(['OT_FM', 'TrigFlow', 'EDM', 'VP_SDE', 'VE_SDE']),
      /** Only those that differ from the transport's defaults, under their published names. */
      params: z.record(z.string(), z.number()).optional(),
    }),
    latent: z.object({
      channels: count,
      /** Pixels of a picture for one cell of the latent. */
      factor: count,
      /** (latent − mean) / std is what the network sees; 0 and 1 where left out. */
      mean: perChannel.optional(),
      std: perChannel.optional(),
    }),
    nativeSide: count,
    minSide: count,
    maxSide: count,
    maxTokens: z.number().int().nonnegative().max(100_000),
    text: z
      .object({
        /** Features are filled up to this many tokens. */
        minTokens: z.number().int().nonnegative().max(100_000),
        maxTokens: count,
      })
      .optional(),
    classes: z.array(label).max(100_000).optional(),
    /** Where its world is closed, all that it can draw, each under its names; a prompt that names none is answered with a hint. */
    world: z.array(z.array(label).min(1).max(100)).max(10_000).optional(),
    defaults: ModelDefaults,
    components: z.partialRecord(ComponentRole, ModelComponent),
    limits: z.array(text).max(100),
    licence: text,
    /** Prompts that it does well, to begin with. */
    prompts: z.array(text).max(1000).optional(),
  })
  .refine(({ components }) => components.transformer && components.decoder, {
    message: 'a transformer and a decoder are needed',
    path: ['components'],
  })
  .refine(({ kind, components, classes }) => (kind === 'text' ? components.text : classes), {
    message: 'a text model needs a text encoder, a class model its classes',
    path: ['kind'],
  })
export type ModelManifest = z.infer<typeof ModelManifest>
