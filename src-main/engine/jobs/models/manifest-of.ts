import type { ModelDefaults } from '#shared/schema/model'
import { MANIFEST_FORMAT, type ModelComponent, type ModelManifest } from '#shared/schema/model-manifest'
import { isTextConditional, type TimConfig } from '../../models/tim/config'
import imagenetClasses from './imagenet-classes.json'

/** What of an autoencoder a model says. */
export interface LatentSpace {
  readonly channels: number
  readonly factor: number
  /** Latents are multiplied by this before the network sees them. */
  readonly scaling: number
}

export interface ModelParts {
  readonly transformer: { readonly config: TimConfig; readonly component: ModelComponent }
  readonly autoencoder: { readonly latent: LatentSpace; readonly component: ModelComponent }
  readonly text?: { readonly component: ModelComponent }
}

/** Most tokens of a prompt, as the released models were trained. */
const MAX_TOKENS = 256

const WEAK_TEXT = 'Small text and hands are weak.'
const ARTIFACTS = 'Artifacts may show near 3072×4096.'

/** The manifest of a model made of its parts, with the defaults of the released one that it is like. */
export function manifestOf(name: string, title: string, licence: string, parts: ModelParts): ModelManifest {
  const { config } = parts.transformer
  const { channels, factor, scaling } = parts.autoencoder.latent
  const forText = isTextConditional(config)
  const nativeSide = config.input_size * factor
  const unit = factor * config.patch_size
  return {
    format: MANIFEST_FORMAT,
    name,
    title,
    kind: forText ? 'text' : 'class',
    version: '1',
    transport: { name: 'OT_FM' },
    latent: { channels, factor, mean: 0, std: 1 / scaling },
    nativeSide,
    minSide: Math.max(unit, Math.floor(nativeSide / 4)),
    // Class models were trained at one size alone.
    maxSide: forText ? Math.max(4096, nativeSide) : 2 * nativeSide,
    maxTokens: forText ? MAX_TOKENS : 0,
    ...(forText ? { text: { minTokens: 0, maxTokens: MAX_TOKENS } } : { classes: classesOf(config.num_classes) }),
    defaults: defaultsOf(config, nativeSide),
    components: {
      transformer: parts.transformer.component,
      decoder: parts.autoencoder.component,
      encoder: parts.autoencoder.component,
      ...(parts.text ? { text: parts.text.component } : {}),
    },
    limits: forText
      ? [WEAK_TEXT, ARTIFACTS]
      : [`It was trained at ${nativeSide}×${nativeSide} alone: other sizes come out worse.`, WEAK_TEXT],
    licence,
  }
}

/** Guidance of the released models: 2.5 for text; by classes 2.5 on 0–0.6, and at 512 pixels 3.0 on 0–0.7 with stochasticity 0.2. */
function defaultsOf(config: TimConfig, side: number): ModelDefaults {
  const common = { steps: 8, width: side, height: side }
  if (isTextConditional(config)) return { ...common, cfg: { scale: 2.5, low: 0, high: 1 }, stochasticity: 0 }
  if (side >= 512) return { ...common, cfg: { scale: 3, low: 0, high: 0.7 }, stochasticity: 0.2 }
  return { ...common, cfg: { scale: 2.5, low: 0, high: 0.6 }, stochasticity: 0 }
}

/** The names of ImageNet's classes where there are as many; numbers elsewhere. */
function classesOf(count: number): string[] {
  const known: readonly string[] = imagenetClasses
  return known.length === count ? [...known] : Array.from({ length: count }, (_, i) => `Class ${i}`)
}
