import { z } from 'zod'
import type { LowRankLayers } from '../../nn/low-rank'
import { patternTable } from './targets'

const pattern = z.record(z.string().max(2000), z.number().positive()).nullish()
const off = z.literal([false, null]).optional()

/** What of a PEFT adapter_config.json decides the numbers. Kinds of LoRA that compute otherwise are refused. */
export const PeftConfig = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.int().positive(),
  lora_alpha: z.number(),
  rank_pattern: pattern,
  alpha_pattern: pattern,
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  bias: z.literal('none').optional(),
  fan_in_fan_out: off,
  use_qalora: off,
  lora_bias: off,
  use_bdlora: off,
})
export type PeftConfig = z.infer<typeof PeftConfig>

/** s of each layer, by PEFT's rules. Its rank is that of the layer's own A. */
export function peftScales(config: PeftConfig, ranks: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const alphas = patternTable(config.alpha_pattern ?? {}, [...ranks.keys()])
  return new Map(
    [...ranks].map(([module, rank]) => {
      const alpha = alphas.get(module) ?? config.lora_alpha
      return [module, alpha / (config.use_rslora ? Math.sqrt(rank) : rank)]
    }),
  )
}

/**
 * adapter_config.json for PEFT: every layer by its whole name, so that no expression has to be interpreted; ranks and alphas that
 * differ from the most common one as patterns. rsLoRA's scale is written as the alpha that gives it.
 */
export function writtenPeftConfig(layers: LowRankLayers, base: string | undefined): Record<string, unknown> {
  const entries = [...layers]
  const rank = mostCommon(entries.map(([, layer]) => layer.rank))
  const alphaOf = (layer: { readonly rank: number; readonly scale: number }): number => layer.scale * layer.rank
  const alpha = mostCommon(entries.map(([, layer]) => alphaOf(layer)))
  const others = (
    of: (layer: { readonly rank: number; readonly scale: number }) => number,
    common: number,
  ): Record<string, number> =>
    Object.fromEntries(entries.filter(([, layer]) => of(layer) !== common).map(([module, layer]) => [module, of(layer)]))
  return {
    peft_type: 'LORA',
    base_model_name_or_path: base ?? null,
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    init_lora_weights: true,
    lora_alpha: alpha,
    alpha_pattern: others(alphaOf, alpha),
    r: rank,
    rank_pattern: others(({ rank: own }) => own, rank),
    lora_dropout: 0,
    modules_to_save: null,
    target_modules: entries.map(([module]) => module),
    task_type: null,
    use_dora: entries.some(([, layer]) => layer.magnitude !== undefined),
    use_rslora: false,
  }
}

function mostCommon(values: readonly number[]): number {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best), [values[0] ?? 1, 0] as const)[0]
}
