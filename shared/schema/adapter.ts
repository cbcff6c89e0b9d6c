import { z } from 'zod'
import { AdapterUse } from './recipe'

/** `adapter.json`: what an adapter's folder in the library holds, beside PEFT's two files. Data only. */

export const ADAPTER_FORMAT = 'tim-adapter/1'
export const ADAPTER_CARD = 'adapter.json'

/** Name of an adapter in the library: also its folder's. */
export const AdapterName = z
  .string()
  .max(80)
  .regex(/^[A-Za-z0-9][\w.-]*$/, 'is made of letters, digits, dots, hyphens and underscores')

export const AdapterCard = z.object({
  format: z.literal(ADAPTER_FORMAT),
  name: AdapterName,
  /** What recipes call it by: of the content of both files. */
  sha256: AdapterUse.shape.sha256,
  title: z.string().max(200),
  /** Whether it changes magnitudes apart from directions (DoRA). */
  dora: z.boolean(),
  /** Ranks of its layers, each once, rising. */
  ranks: z.array(z.number().int().positive()).min(1),
  layers: z.number().int().positive(),
  bytes: z.number().int().nonnegative(),
  /** The model it was trained on, where it says so. */
  base: z.object({ name: z.string().max(200), sha256: AdapterUse.shape.sha256 }).optional(),
  triggers: z.array(z.string().max(200)).max(100),
  /** Milliseconds since 1970. */
  addedAt: z.number().int().nonnegative(),
})
export type AdapterCard = z.infer<typeof AdapterCard>

/** An adapter of the library, with the folder it lies in. */
export const FoundAdapter = z.object({ folder: z.string().min(1).max(4096), card: AdapterCard })
export type FoundAdapter = z.infer<typeof FoundAdapter>
