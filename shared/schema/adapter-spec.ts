import { z } from 'zod'

/** Which layers to adapt, in the words of the presets. */
export const PRESETS = ['attn', 'attn+cross', 'attn+cross+mlp', 'all'] as const
export type Preset = (typeof PRESETS)[number]

/** Largest rank: no layer of a released network has more rows. */
const LARGEST_RANK = 1024

const rank = z.int().min(1).max(LARGEST_RANK)
const alpha = z.number().positive().max(1e6)
const moduleName = z.string().min(1).max(200)
const pattern = z.string().min(1).max(2000)

/**
 * What an adapter is made of: plain data, with names and defaults as in PEFT's LoraConfig where it has them. Unknown names are refused.
 * `targets`: a preset, or PEFT's target_modules: ends of layer names, or one regular expression in Python's syntax.
 */
export const AdapterSpec = z.strictObject({
  method: z.enum(['lora', 'rslora', 'dora']).default('lora'),
  rank: rank.default(16),
  /** The adapter is multiplied by alpha/rank (rsLoRA: alpha/√rank). */
  alpha: alpha.default(16),
  /** Share of an adapter's inputs that a training step leaves out. */
  dropout: z.number().min(0).lt(1).default(0),
  targets: z
    .union([z.strictObject({ preset: z.enum(PRESETS) }), z.array(moduleName).min(1).max(1000), pattern])
    .default({ preset: 'attn+cross+mlp' }),
  /** Ranks and alphas of some layers: whole names, their ends after a dot, or expressions for them. */
  rankPattern: z.record(pattern, rank).default({}),
  alphaPattern: z.record(pattern, alpha).default({}),
})
export type AdapterSpec = z.infer<typeof AdapterSpec>
