import { join } from 'node:path'
import { z } from 'zod'
import type { Tensor } from '../../ir/tensor'
import type { LowRankLayer, LowRankLayers } from '../../nn/low-rank'
import { readConfig } from '../../weights/component'
import { readF32 } from '../../weights/convert'
import { openSafetensors } from '../../weights/safetensors'
import type { WeightSource } from '../../weights/tensor-ref'
import { WeightsError } from '../../weights/weights-error'

const pattern = z.record(z.string(), z.number().positive()).nullish()
const off = z.literal([false, null]).optional()

/** What of a PEFT adapter_config.json decides the numbers. Kinds of LoRA that compute otherwise are refused. */
const AdapterConfig = z.looseObject({
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
type AdapterConfig = z.infer<typeof AdapterConfig>

/** An adapter: what it does to which layer, and its weights by the keys of its own file. */
export interface Adapter {
  readonly layers: LowRankLayers
  readonly weights: Readonly<Record<string, Tensor<'f32'>>>
}

const KEY = /^base_model\.model\.(.+)\.(lora_A\.weight|lora_B\.weight|lora_magnitude_vector(?:\.weight)?)$/

/**
 * Reads a PEFT adapter folder (LoRA, rsLoRA, DoRA; rank and alpha patterns) for a network of these parameters.
 * Throws WeightsError naming a key or setting that does not fit, or FileError.
 */
export function readAdapter(folder: string, parameters: ReadonlyMap<string, readonly number[]>): Adapter {
  const config = readConfig(join(folder, 'adapter_config.json'), AdapterConfig)
  const source = openSafetensors(join(folder, 'adapter_model.safetensors'))
  const parts = new Map<string, { a?: string; b?: string; magnitude?: string }>()
  for (const key of source.tensors.keys()) {
    const [, module, part] = KEY.exec(key) ?? []
    if (module === undefined || part === undefined) {
      throw wrong(source, `has '${key}', which is no part of a LoRA`, 'Save the adapter with PEFT, without modules_to_save.')
    }
    const slot = part === 'lora_A.weight' ? 'a' : part === 'lora_B.weight' ? 'b' : 'magnitude'
    parts.set(module, { ...parts.get(module), [slot]: key })
  }
  const layers = new Map([...parts].map(([module, keys]) => [module, layerOf(source, config, module, keys, parameters)]))
  return { layers, weights: Object.fromEntries([...source.tensors.keys()].map((key) => [key, readF32(source, key)])) }
}

function layerOf(
  source: WeightSource,
  config: AdapterConfig,
  module: string,
  { a, b, magnitude }: { readonly a?: string; readonly b?: string; readonly magnitude?: string },
  parameters: ReadonlyMap<string, readonly number[]>,
): LowRankLayer {
  const weight = parameters.get(`${module}.weight`)
  if (!weight)
    throw wrong(
      source,
      `adapts '${module}', which the network does not have`,
      'Use the adapter with the model it was trained for.',
    )
  if (a === undefined || b === undefined)
    throw wrong(source, `lacks lora_${a === undefined ? 'A' : 'B'} of '${module}'`, 'Save it again.')
  if (config.use_dora && magnitude === undefined) throw wrong(source, `lacks the magnitudes of '${module}'`, 'Save it again.')
  const [out = 0, ...inner] = weight
  // A convolution's adapter keeps the kernel in A; its B is a convolution of one pixel.
  const kernel = inner.length > 1 ? inner : undefined
  const rank = patternFor(config.rank_pattern, module) ?? config.r
  expectShape(source, a, [rank, ...inner])
  expectShape(source, b, [out, rank, ...(kernel ? [1, 1] : [])])
  if (magnitude !== undefined) expectShape(source, magnitude, [out])
  const alpha = patternFor(config.alpha_pattern, module) ?? config.lora_alpha
  const scale = alpha / (config.use_rslora ? Math.sqrt(rank) : rank)
  return { a, b, rank, scale, ...(kernel && { kernel }), ...(magnitude === undefined ? {} : { magnitude }) }
}

/** PEFT matches a pattern as a regular expression with the whole name, or with its end after a dot; the first one counts. */
function patternFor(patterns: AdapterConfig['rank_pattern'], module: string): number | undefined {
  return Object.entries(patterns ?? {}).find(([text]) => matches(text, module))?.[1]
}

function matches(text: string, module: string): boolean {
  try {
    return new RegExp(`^(?:.*\\.)?(?:${text})$`).test(module)
  } catch {
    return false
  }
}

function expectShape(source: WeightSource, key: string, shape: readonly number[]): void {
  const found = source.tensors.get(key)?.shape ?? []
  if (found.join() === shape.join()) return
  const what = `has '${key}' of shape (${found.join(', ')}); expected is (${shape.join(', ')})`
  throw wrong(source, what, 'Use the adapter with the model it was trained for, and with its own adapter_config.json.')
}

function wrong(source: WeightSource, what: string, remedy: string): WeightsError {
  return new WeightsError('weights.config', source.path, what, remedy)
}
