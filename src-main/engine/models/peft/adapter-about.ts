import { z } from 'zod'

/** What an adapter says of itself in the header of its file: nothing of it changes a number. */
export const AdapterAbout = z.object({
  title: z.string().max(200).optional(),
  /** The model it was trained on: its name, and the checksum of its transformer's weights. */
  base: z.object({ name: z.string().max(200), sha256: z.string().regex(/^[0-9a-f]{64}$/) }).optional(),
  /** Words that call what it has learnt. */
  triggers: z.array(z.string().min(1).max(200)).max(100).default([]),
  /** How it was trained, as JSON. */
  recipe: z.unknown().optional(),
})
export type AdapterAbout = z.infer<typeof AdapterAbout>

const ARCHITECTURE = 'tim/lora'

/** The header's text pairs: modelspec's fields (ModelSpec 1.0.0), those that readers of Kohya's files look for, and our own. */
export function aboutToMetadata(about: AdapterAbout): Record<string, string> {
  const { title, base, triggers, recipe } = about
  return {
    format: 'pt',
    'modelspec.sai_model_spec': '1.0.0',
    'modelspec.architecture': ARCHITECTURE,
    'modelspec.implementation': 'https://github.com/WZDTHU/TiM',
    ...(title === undefined ? {} : { 'modelspec.title': title, ss_output_name: title }),
    ...(triggers.length === 0 ? {} : { 'modelspec.trigger_phrase': triggers.join(', ') }),
    ...(base === undefined ? {} : { 'tim.base.name': base.name, 'tim.base.sha256': base.sha256, ss_sd_model_name: base.name }),
    ...(recipe === undefined ? {} : { 'tim.recipe': JSON.stringify(recipe) }),
  }
}

/** What a header says; parts that are damaged or absent are left out. */
export function aboutFromMetadata(metadata: Readonly<Record<string, string>>): AdapterAbout {
  const base = AdapterAbout.shape.base.safeParse({ name: metadata['tim.base.name'], sha256: metadata['tim.base.sha256'] })
  const triggers = (metadata['modelspec.trigger_phrase'] ?? '').split(',').map((word) => word.trim())
  const title = metadata['modelspec.title'] ?? metadata['ss_output_name']
  const recipe = parsed(metadata['tim.recipe'])
  return {
    ...(title === undefined ? {} : { title: title.slice(0, 200) }),
    ...(base.success && base.data ? { base: base.data } : {}),
    triggers: triggers.filter((word) => word !== '' && word.length <= 200).slice(0, 100),
    ...(recipe === undefined ? {} : { recipe }),
  }
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as unknown)
  } catch {
    return undefined
  }
}
