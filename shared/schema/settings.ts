import { z } from 'zod'
import { ProviderChoice } from './device'
import { GenerationId } from './id'
import { MAX_TYPED_CHARACTERS } from './prompt'
import { MAX_COUNT } from './queue'
import { Guidance, RECIPE_LIMITS } from './recipe'
import type { Versioned } from './versioned'

/** What stands in the Create panel; kept as it is typed, so it survives a restart or a crash. */
export const Draft = z.object({
  /** Name of the model; empty: the first that is ready. */
  model: z.string().max(200),
  prompt: z.string().max(MAX_TYPED_CHARACTERS),
  negativePrompt: z.string().max(MAX_TYPED_CHARACTERS),
  classId: z.number().int().nonnegative().nullable(),
  steps: z.number().int().min(1).max(RECIPE_LIMITS.steps),
  /** Null: the model's own. */
  size: z
    .object({
      width: z.number().int().positive().max(RECIPE_LIMITS.side),
      height: z.number().int().positive().max(RECIPE_LIMITS.side),
    })
    .nullable(),
  cfg: Guidance.nullable(),
  stochasticity: z.number().min(0).max(10).nullable(),
  seed: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  seedLocked: z.boolean(),
  /** Which picture of the seed's series; 0 but for a recalled one. */
  imageIndex: z.number().int().min(0).max(0xffff_ffff),
  count: z.number().int().min(1).max(MAX_COUNT),
})
export type Draft = z.infer<typeof Draft>

/** Pictures that the canvas can hold. */
export const MAX_PLACED = 1000

/** Where a picture lies on the canvas, in canvas pixels. */
export const Placed = z.object({
  id: GenerationId,
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
})
export type Placed = z.infer<typeof Placed>

/** The studio's settings, one record in the library. */
export const Settings = z.object({
  version: z.literal(2),
  theme: z.enum(['system', 'dark', 'light']),
  leftPanel: z.boolean(),
  rightPanel: z.boolean(),
  draft: Draft,
  canvas: z.object({ placed: z.array(Placed).max(MAX_PLACED) }),
  /** Where new pictures are drawn: the engine's choice, or one provider. */
  provider: ProviderChoice,
  /** Threads of the engine; 0: as many as the machine has cores. */
  threads: z.number().int().min(0).max(256),
  /** Where models are downloaded from instead of the hub; empty: the hub itself. */
  mirror: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2000)]),
})
export type Settings = z.infer<typeof Settings>

export const defaultSettings: Settings = {
  version: 2,
  theme: 'system',
  leftPanel: true,
  rightPanel: true,
  draft: {
    model: '',
    prompt: '',
    negativePrompt: '',
    classId: null,
    steps: 8,
    size: null,
    cfg: null,
    stochasticity: null,
    seed: 4711,
    seedLocked: false,
    imageIndex: 0,
    count: 1,
  },
  canvas: { placed: [] },
  provider: 'auto',
  threads: 0,
  mirror: '',
}

/** A change of some settings; what is left out stays. */
export const SettingsPatch = Settings.omit({ version: true }).partial()
export type SettingsPatch = z.infer<typeof SettingsPatch>

export const settingsRecord = {
  name: 'settings',
  version: 2,
  schema: Settings,
  // Downloads came with version 2.
  migrations: { 1: (old) => ({ ...old, mirror: '' }) },
} satisfies Versioned<Settings>
