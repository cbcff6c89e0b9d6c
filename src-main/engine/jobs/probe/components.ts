import type { Component } from './component'

/** Every component that DESIGN lists, in its order; loaded when asked for. */
export const COMPONENT_NAMES = [
  'transformer',
  'text',
  'encoder',
  'decoder',
  'sampler',
  'loss',
  'transport',
  'weighting',
  'optimizer',
  'pipeline',
  'noise',
  'tokenizer',
] as const
export type ComponentName = (typeof COMPONENT_NAMES)[number]

/** Where each component of this build lies. */
export const COMPONENTS: { readonly [N in ComponentName]?: () => Promise<Component> } = {}
