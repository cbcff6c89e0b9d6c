import { z } from 'zod'
import { GenerationId } from './id'
import { readVersioned, type Reading, type Versioned } from './versioned'

/**
 * Everything a picture needs to be made again. Data only: models and adapters are named by content hash,
 * and no field is ever opened as a path or a URL.
 */

/** Limits that hold for every model; a model narrows them (size a multiple of its factor, its own largest side). */
export const RECIPE_LIMITS = {
  steps: 1000,
  side: 8192,
  promptCharacters: 20_000,
  cfgScale: 100,
  adapters: 16,
  adapterStrength: 10,
  legs: 16,
  feather: 1000,
} as const

/** Names are labels to show, so they may hold neither separators nor control characters. */
const name = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^/\\\u0000-\u001f\u007f]*$/, 'is a label: no slash, backslash or control character')

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is 64 lower-case hexadecimal digits')
const prompt = z.string().max(RECIPE_LIMITS.promptCharacters, `has at most ${RECIPE_LIMITS.promptCharacters} characters`)
const side = z.number().int().min(1).max(RECIPE_LIMITS.side)
/** A finite number: zod refuses NaN and the infinities. */
const time = z.number().min(0).max(1e6)

export const Precision = z.enum(['f32', 'f16', 'q8', 'q4', 'int8'])
export type Precision = z.infer<typeof Precision>

export const Provider = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml'])
export type Provider = z.infer<typeof Provider>

/** `philox4x32-10/1`: our counter noise of (seed, imageIndex), version 1. `torch`: torch.randn on CPU. */
export const NoiseKind = z.enum(['philox4x32-10/1', 'torch'])
export type NoiseKind = z.infer<typeof NoiseKind>

export const SampleType = z.enum(['transition', 'ddiffusion'])
export type SampleType = z.infer<typeof SampleType>

/** Guidance by `scale` where low·T_max < t < high·T_max; an end above 1 guides the first step too. */
export const Guidance = z
  .strictObject({
    scale: z.number().min(0).max(RECIPE_LIMITS.cfgScale),
    low: z.number().min(0).max(2),
    high: z.number().min(0).max(2),
  })
  .refine(({ low, high }) => low <= high, { message: 'low may not be above high', path: ['low'] })
export type Guidance = z.infer<typeof Guidance>

export const AdapterUse = z.strictObject({
  name,
  sha256,
  strength: z.number().min(-RECIPE_LIMITS.adapterStrength).max(RECIPE_LIMITS.adapterStrength),
})
export type AdapterUse = z.infer<typeof AdapterUse>

/** What one way through time is drawn with. */
const way = {
  prompt,
  negativePrompt: prompt,
  /** Takes the place of the prompt with a class-conditional model. */
  classId: z.number().int().min(0).max(1_000_000).optional(),
  /** Network steps: NFE. */
  steps: z.number().int().min(1).max(RECIPE_LIMITS.steps),
  cfg: Guidance,
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  /** Which picture of the seed's series. */
  imageIndex: z.number().int().min(0).max(0xffff_ffff),
  stochasticity: z.number().min(0).max(100),
  sampleType: SampleType,
}

/**
 * A way that was left before its end, for the next one to go on from its state, rounded to f16. What is not named here (model,
 * size, adapters, ends of time) is the same as in the recipe that it stands in.
 */
export const Leg = z
  .strictObject({ ...way, /** Steps of it that were taken. */ taken: z.number().int().min(1).max(RECIPE_LIMITS.steps) })
  .refine(({ steps, taken }) => taken < steps, { message: 'a way that is left has steps to go', path: ['taken'] })
export type Leg = z.infer<typeof Leg>

/** How the state came about that a picture was continued from: enough to compute it again. */
export const Origin = z.strictObject({
  /** Oldest first: the first began with the noise of its seed. */
  legs: z.array(Leg).min(1).max(RECIPE_LIMITS.legs),
  /** The picture whose state it was; it may be gone. */
  generation: GenerationId.optional(),
  /** SHA-256 of the state (f16, little-endian), told by what drew from it. */
  state: sha256.optional(),
})
export type Origin = z.infer<typeof Origin>

/** Where a picture lies in the one that is drawn, in its pixels; what sticks out is cut off. */
const place = z.strictObject({
  x: z.number().int().min(-1e6).max(1e6),
  y: z.number().int().min(-1e6).max(1e6),
  width: z.number().int().min(1).max(1e6),
  height: z.number().int().min(1).max(1e6),
})

/** A picture to start from. What it does not cover of the one that is drawn is new, and then what it does cover stays but for a mask. */
export const StartFrom = z.strictObject({
  /** SHA-256 of the picture's file, which the library keeps. */
  picture: sha256,
  place,
  /** Where on its way from noise (1) to picture (0) the path begins; all steps are taken from there on. */
  strength: z.number().gt(0).max(1),
  /** SHA-256 of the mask's file, of the size of the picture: what is drawn anew, where not all is. */
  mask: sha256.optional(),
  /** Pixels around what is drawn anew in which old and new are mixed. */
  feather: z.number().min(0).max(RECIPE_LIMITS.feather),
})
export type StartFrom = z.infer<typeof StartFrom>

/**
 * Recipes that begin with a state or a picture have version 2; all others are written as ever, so that their pictures stay the same to
 * the byte.
 */
export const RECIPE_VERSION = 2

/** The order of the fields is the order in which pictures carry them. */
export const Recipe = z
  .strictObject({
    version: z.union([z.literal(1), z.literal(RECIPE_VERSION)]),
    model: z.strictObject({ name, sha256 }),
    prompt: way.prompt,
    negativePrompt: way.negativePrompt,
    classId: way.classId,
    steps: way.steps,
    /** Pixels of the picture. */
    width: side,
    height: side,
    cfg: way.cfg,
    seed: way.seed,
    imageIndex: way.imageIndex,
    noise: NoiseKind,
    stochasticity: way.stochasticity,
    sampleType: way.sampleType,
    /** Ends of the time grid in the transport's own units; the transport's defaults when left out. */
    tMax: time.optional(),
    tMin: time.optional(),
    adapters: z.array(AdapterUse).max(RECIPE_LIMITS.adapters),
    precision: Precision,
    provider: Provider,
    /** Where the path begins, when not with the noise of the seed. */
    from: Origin.optional(),
    /** The picture that the whole path, also that of legs before, has under its noise. */
    start: StartFrom.optional(),
  })
  .refine(({ version, from, start }) => (version === RECIPE_VERSION) === (from !== undefined || start !== undefined), {
    message: `version ${RECIPE_VERSION} is for recipes that begin with a state or a picture`,
    path: ['version'],
  })
  .refine(({ tMax, tMin }) => tMax === undefined || tMin === undefined || tMin < tMax, {
    message: 'tMin must be below tMax',
    path: ['tMin'],
  })
export type Recipe = z.infer<typeof Recipe>

/** What another program's picture tells: only the fields it states. The model is named by label and short hash at most. */
export const PartialRecipe = z.strictObject({
  prompt,
  negativePrompt: prompt,
  steps: z.number().int().min(1).max(RECIPE_LIMITS.steps).optional(),
  width: side.optional(),
  height: side.optional(),
  cfgScale: z.number().min(0).max(RECIPE_LIMITS.cfgScale).optional(),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
  sampler: z.string().max(200).optional(),
  modelName: z.string().max(200).optional(),
  modelHash: z.string().max(64).optional(),
})
export type PartialRecipe = z.infer<typeof PartialRecipe>

/** Recipes as they are stored, in the library and inside pictures. Nothing is raised: both versions are written. */
export const recipeRecord: Versioned<Recipe> = {
  name: 'recipe',
  version: RECIPE_VERSION,
  schema: Recipe,
  migrations: {},
  alsoWritten: [1],
}

/** A recipe of any version from untrusted data, raised to the present version; or why it is none. */
export function readRecipe(data: unknown): Reading<Recipe> {
  return readVersioned(recipeRecord, data)
}
