import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { onFile } from '../../files/file-error'
import type { Tensor } from '../../ir/tensor'
import type { AdaptableLayer } from '../../nn/low-rank'
import { readConfig } from '../../weights/component'
import { readF32 } from '../../weights/convert'
import { openSafetensors } from '../../weights/safetensors'
import type { WeightSource } from '../../weights/tensor-ref'
import { aboutFromMetadata, type AdapterAbout } from './adapter-about'
import { AdapterError, assembleAdapter, type Adapter, type LayerParts } from './adapter'
import { keyReader, type KeyMeaning, type Naming } from './key-naming'
import { PeftConfig, peftScales } from './peft-config'

/** Names of the files in a PEFT adapter's folder. */
export const PEFT_WEIGHTS = 'adapter_model.safetensors'
export const PEFT_CONFIG = 'adapter_config.json'

/** An adapter as it came from its file. */
export interface ReadAdapter {
  readonly adapter: Adapter
  readonly about: AdapterAbout
  readonly naming: Naming
}

/** Alphas that Diffusers writes into the header, one for all layers or by pattern. */
const HEADER_CONFIG = 'lora_adapter_metadata'

/**
 * Reads a PEFT folder, or a .safetensors file with PEFT's, Kohya's (ComfyUI's) or Diffusers' keys, for a network with these layers.
 * Targets and ranks come from the keys and shapes. Alpha comes from adapter_config.json, from tensors `.alpha`, or from Diffusers'
 * header; where nothing says it, it equals the rank. Throws AdapterError, WeightsError naming key or setting, or FileError.
 */
export function readAdapter(path: string, network: readonly AdaptableLayer[]): ReadAdapter {
  const isFolder = onFile(path, () => statSync(path)).isDirectory()
  const source = openSafetensors(isFolder ? join(path, PEFT_WEIGHTS) : path)
  const { parts, naming } = partsOf(source, network)
  const complete = new Map([...parts].map(([module, tensors]) => [module, checkedParts(source, module, tensors)]))
  const ranks = new Map([...complete].map(([module, { a }]) => [module, a.shape[0] ?? 0]))
  const config =
    isFolder && existsSync(join(path, PEFT_CONFIG)) ? readConfig(join(path, PEFT_CONFIG), PeftConfig) : headerConfig(source)
  checkDora(source, config, complete)
  const scales = config ? peftScales(config, ranks) : undefined
  const layers = new Map<string, LayerParts>()
  for (const [module, { alpha, ...tensors }] of complete) {
    const own = alpha === undefined ? undefined : (alpha.data[0] ?? 1) / (ranks.get(module) ?? 1)
    layers.set(module, { ...tensors, scale: own ?? scales?.get(module) ?? 1 })
  }
  return { adapter: assembleAdapter(source.path, layers, network), about: aboutFromMetadata(source.metadata), naming }
}

type Tensors = { readonly [P in KeyMeaning['part']]?: Tensor<'f32'> }
type CompleteTensors = Tensors & { readonly a: Tensor<'f32'>; readonly b: Tensor<'f32'> }

function partsOf(source: WeightSource, network: readonly AdaptableLayer[]): { parts: Map<string, Tensors>; naming: Naming } {
  const read = keyReader(
    source.path,
    network.map(({ key }) => key),
  )
  const parts = new Map<string, Tensors>()
  let naming: Naming = 'peft'
  for (const key of source.tensors.keys()) {
    const meaning = read(key)
    naming = meaning.naming
    parts.set(meaning.module, { ...parts.get(meaning.module), [meaning.part]: readF32(source, key) })
  }
  if (parts.size > 0) return { parts, naming }
  throw new AdapterError('adapter.format', `${source.path} holds no adapter.`, 'Name a file of LoRA weights.')
}

function checkedParts({ path }: WeightSource, module: string, tensors: Tensors): CompleteTensors {
  const { a, b } = tensors
  if (a && b) return { ...tensors, a, b }
  throw new AdapterError('adapter.format', `${path} lacks ${a ? 'B' : 'A'} of '${module}'.`, 'Save the adapter again.')
}

function checkDora({ path }: WeightSource, config: PeftConfig | undefined, parts: ReadonlyMap<string, CompleteTensors>): void {
  if (!config?.use_dora) return
  const [bare] = [...parts].find(([, { magnitude }]) => !magnitude) ?? []
  if (bare === undefined) return
  throw new AdapterError('adapter.format', `${path} lacks the magnitudes of '${bare}'.`, 'Save the adapter again.')
}

function headerConfig({ metadata }: WeightSource): PeftConfig | undefined {
  try {
    const said: unknown = JSON.parse(metadata[HEADER_CONFIG] ?? '')
    const entries = Object.entries(said as object).map(([key, value]) => [key.replace(/^transformer\./, ''), value as unknown])
    return PeftConfig.safeParse({ peft_type: 'LORA', ...Object.fromEntries(entries) }).data
  } catch {
    return undefined
  }
}
