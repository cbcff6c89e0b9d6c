import { AdapterError, unknownModule } from './adapter'

/** How the keys of an adapter's file are written. */
export const NAMINGS = ['peft', 'kohya', 'diffusers'] as const
export type Naming = (typeof NAMINGS)[number]

/** What one tensor of a file is. */
export interface KeyMeaning {
  readonly module: string
  readonly part: 'a' | 'b' | 'magnitude' | 'alpha'
}

/** Ends of keys, in all namings. `.default` is the name under which PEFT holds an adapter in memory. */
const PARTS: readonly (readonly [RegExp, KeyMeaning['part']])[] = [
  [/\.(?:lora_A(?:\.default)?|lora_down)\.weight$/, 'a'],
  [/\.(?:lora_B(?:\.default)?|lora_up)\.weight$/, 'b'],
  [/\.(?:lora_magnitude_vector(?:\.default)?(?:\.weight)?|dora_scale)$/, 'magnitude'],
  [/\.alpha$/, 'alpha'],
]

/** Beginnings of keys, longest first, and what comes after them: names with dots, or with underscores in their place. */
const PREFIXES: readonly { readonly prefix: string; readonly naming: Naming; readonly flat?: true }[] = [
  { prefix: 'base_model.model.', naming: 'peft' },
  { prefix: 'model.diffusion_model.', naming: 'kohya' },
  { prefix: 'diffusion_model.', naming: 'kohya' },
  { prefix: 'transformer.', naming: 'diffusers' },
  { prefix: 'lora_transformer_', naming: 'kohya', flat: true },
  { prefix: 'lora_unet_', naming: 'kohya', flat: true },
]

/** Reads the keys of one file for a network with these modules. Throws AdapterError naming a key that has no meaning there. */
export function keyReader(file: string, modules: readonly string[]): (key: string) => KeyMeaning & { readonly naming: Naming } {
  const known = new Set(modules)
  const flat = new Map(modules.map((module) => [module.replaceAll('.', '_'), module]))
  return (key) => {
    const [end, part] = PARTS.find(([pattern]) => pattern.test(key)) ?? []
    if (!end || !part) {
      throw new AdapterError(
        'adapter.format',
        `${file} has '${key}', which is no part of a LoRA.`,
        'Save the adapter without modules_to_save, and not as LoHa, LoKr or another kind.',
      )
    }
    const stem = key.replace(end, '')
    const found = PREFIXES.find(({ prefix }) => stem.startsWith(prefix))
    const rest = found ? stem.slice(found.prefix.length) : stem
    const module = found?.flat ? flat.get(rest) : rest
    if (module === undefined || !known.has(module)) throw unknownModule(file, module ?? rest)
    return { module, part, naming: found?.naming ?? 'peft' }
  }
}

/** The key of a layer's part. Diffusers and PEFT keep alpha beside the tensors, not among them. */
export function writtenKey(naming: Naming, module: string, part: KeyMeaning['part']): string {
  if (naming === 'kohya') {
    const ends = { a: 'lora_down.weight', b: 'lora_up.weight', magnitude: 'dora_scale', alpha: 'alpha' }
    return `lora_unet_${module.replaceAll('.', '_')}.${ends[part]}`
  }
  const ends = { a: 'lora_A.weight', b: 'lora_B.weight', magnitude: 'lora_magnitude_vector', alpha: 'alpha' }
  return `${naming === 'peft' ? 'base_model.model' : 'transformer'}.${module}.${ends[part]}`
}
