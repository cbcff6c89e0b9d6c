import { z } from 'zod'
import { ProviderChoice } from './device'
import { DEFAULT_PATTERN } from './file-name'
import { PictureFormat } from './picture-format'
import { GenerationId } from './id'
import { MAX_TYPED_CHARACTERS } from './prompt'
import { MAX_COUNT } from './queue'
import { AdapterUse, Guidance, Precision, RECIPE_LIMITS, StartFrom } from './recipe'
import { StartPicture } from './start-picture'
import type { Versioned } from './versioned'

const added = z.number().int().min(0).max(RECIPE_LIMITS.side)

/** A picture to draw upon, as the panel and the canvas have it. */
export const DraftStart = z.object({
  picture: StartPicture,
  strength: StartFrom.shape.strength,
  /** What is drawn anew, of the picture's size; null: everything, or what is added around it. */
  mask: StartPicture.shape.sha256.nullable(),
  feather: StartFrom.shape.feather,
  /** Pixels of the picture that are added on its sides. */
  extension: z.object({ left: added, top: added, right: added, bottom: added }),
  /** Where its left upper corner lies on the canvas. */
  at: z.object({ x: z.number(), y: z.number() }),
})
export type DraftStart = z.infer<typeof DraftStart>

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
  /** Adapters to draw with, each with its strength. */
  adapters: z.array(AdapterUse).max(RECIPE_LIMITS.adapters),
  /** A picture to draw upon; null: none. */
  start: DraftStart.nullable(),
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

/** The rooms of the window, in the order of their tabs. */
export const Workspace = z.enum(['create', 'models'])
export type Workspace = z.infer<typeof Workspace>

export const PreviewChoice = z.enum(['auto', 'projection', 'full'])
export type PreviewChoice = z.infer<typeof PreviewChoice>

/** The studio's settings, one record in the library. */
export const Settings = z.object({
  version: z.literal(3),
  /** The workspace that was open last. */
  workspace: Workspace,
  theme: z.enum(['system', 'dark', 'light']),
  leftPanel: z.boolean(),
  rightPanel: z.boolean(),
  draft: Draft,
  canvas: z.object({ placed: z.array(Placed).max(MAX_PLACED) }),
  /** Where new pictures are drawn: the engine's choice, or one provider. */
  provider: ProviderChoice,
  /** Threads of the engine; 0: as many as the machine has cores. */
  threads: z.number().int().min(0).max(256),
  /** Bytes that a picture may take at most; 0: what the machine has free. */
  memoryLimit: z
    .number()
    .int()
    .min(0)
    .max(2 ** 45),
  /** What networks are converted to when they are imported; null: kept as published. */
  importPrecision: Precision.nullable(),
  /** Where models are downloaded from instead of the hub; empty: the hub itself. */
  mirror: z.union([z.literal(''), z.url({ protocol: /^https?$/ }).max(2000)]),
  /** Bytes that the states of paths may take on disk. */
  statesBudget: z
    .number()
    .int()
    .min(0)
    .max(2 ** 50),
  /** How the states of a path are made visible: `auto` decodes them whole where that costs little, and else projects them. */
  preview: PreviewChoice,
  /** Whether a picture is drawn in one step while the prompt is typed. */
  live: z.boolean(),
  /** Where copies of pictures go, and how they are called. */
  output: z.object({
    /** Empty: the system's folder for pictures. */
    folder: z.string().max(4096),
    pattern: z.string().max(300),
    /** Whether every finished picture is copied there. */
    every: z.boolean(),
  }),
  /** How pictures were exported last. */
  exportAs: z.object({ format: PictureFormat, quality: z.number().int().min(1).max(100), recipe: z.boolean() }),
  /** Whether the system tells that the queue is done while the studio is in the background. */
  notify: z.boolean(),
})
export type Settings = z.infer<typeof Settings>

export const defaultSettings: Settings = {
  version: 3,
  workspace: 'create',
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
    adapters: [],
    start: null,
  },
  canvas: { placed: [] },
  provider: 'auto',
  threads: 0,
  memoryLimit: 0,
  importPrecision: null,
  mirror: '',
  statesBudget: 2e9,
  preview: 'auto',
  live: false,
  output: { folder: '', pattern: DEFAULT_PATTERN, every: false },
  exportAs: { format: 'png', quality: 92, recipe: true },
  notify: true,
}

/** A change of some settings; what is left out stays. */
export const SettingsPatch = Settings.omit({ version: true }).partial()
export type SettingsPatch = z.infer<typeof SettingsPatch>

export const settingsRecord = {
  name: 'settings',
  version: 3,
  schema: Settings,
  migrations: {
    // Downloads came with version 2.
    1: (old) => ({ ...old, mirror: '' }),
    // Workspaces, adapters, kept states, previews, drawing while typing, copies and notifications came with version 3.
    2: (old) => ({
      ...old,
      workspace: 'create',
      memoryLimit: 0,
      importPrecision: null,
      draft: { ...(old['draft'] as object), adapters: [], start: null },
      statesBudget: 2e9,
      preview: 'auto',
      live: false,
      output: { folder: '', pattern: DEFAULT_PATTERN, every: false },
      exportAs: { format: 'png', quality: 92, recipe: true },
      notify: true,
    }),
  },
} satisfies Versioned<Settings>
