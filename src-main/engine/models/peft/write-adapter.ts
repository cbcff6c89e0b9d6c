import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { writeFileAtomically } from '../../files/atomic-write'
import { onFile } from '../../files/file-error'
import { f32, type Tensor } from '../../ir/tensor'
import { writeSafetensors } from '../../weights/write-safetensors'
import { aboutToMetadata, type AdapterAbout } from './adapter-about'
import { adapterKeys, type Adapter } from './adapter'
import { writtenKey, type Naming } from './key-naming'
import { writtenPeftConfig } from './peft-config'
import { PEFT_CONFIG, PEFT_WEIGHTS } from './read-adapter'

/**
 * Writes an adapter: PEFT's as the folder `path` with its two files, the others as the one file `path`. Each file is written in one
 * piece. Throws FileError.
 */
export async function writeAdapter(path: string, adapter: Adapter, about: AdapterAbout, naming: Naming = 'peft'): Promise<void> {
  const config = writtenPeftConfig(adapter.layers, about.base?.name)
  const metadata = { ...aboutToMetadata(about), ...extraMetadata(naming, config) }
  const tensors = tensorsOf(adapter, naming)
  if (naming !== 'peft') return writeSafetensors(path, tensors, { metadata })
  onFile(path, () => mkdirSync(path, { recursive: true }))
  await writeSafetensors(join(path, PEFT_WEIGHTS), tensors, { metadata })
  await writeFileAtomically(join(path, PEFT_CONFIG), `${JSON.stringify(config, undefined, 2)}\n`)
}

function tensorsOf({ layers, weights }: Adapter, naming: Naming): Map<string, Tensor> {
  const tensors = new Map<string, Tensor>()
  for (const [module, { rank, scale }] of layers) {
    const keys = adapterKeys(module)
    for (const part of ['a', 'b', 'magnitude'] as const) {
      const weight = weights[keys[part]]
      if (weight) tensors.set(writtenKey(naming, module, part), part === 'magnitude' ? magnitudeIn(naming, weight) : weight)
    }
    if (naming === 'kohya') tensors.set(writtenKey(naming, module, 'alpha'), f32([], [scale * rank]))
  }
  return tensors
}

/** Kohya keeps magnitudes as a column, (O,1). */
function magnitudeIn(naming: Naming, weight: Tensor<'f32'>): Tensor<'f32'> {
  return naming === 'kohya' ? { ...weight, shape: [weight.data.length, 1] } : weight
}

/** What readers of a naming expect in the header. */
function extraMetadata(naming: Naming, config: Readonly<Record<string, unknown>>): Record<string, string> {
  if (naming === 'kohya') {
    return {
      ss_network_module: 'networks.lora',
      ss_network_dim: String(config['r']),
      ss_network_alpha: String(config['lora_alpha']),
    }
  }
  if (naming === 'peft') return {}
  const kept = ['r', 'lora_alpha', 'rank_pattern', 'alpha_pattern', 'target_modules', 'use_dora', 'use_rslora']
  const said = Object.fromEntries(kept.map((key) => [`transformer.${key}`, config[key]]))
  return { lora_adapter_metadata: JSON.stringify(said) }
}
