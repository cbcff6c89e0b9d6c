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
export const COMPONENTS: { readonly [N in ComponentName]?: () => Promise<Component> } = {
  transformer: () => import('./transformer').then((module) => module.transformer),
  text: () => import('./text').then((module) => module.text),
  encoder: () => import('./autoencoder').then((module) => module.encoder),
  decoder: () => import('./autoencoder').then((module) => module.decoder),
  sampler: () => import('./sampler').then((module) => module.sampler),
  loss: () => import('./loss').then((module) => module.loss),
  transport: () => import('./transport').then((module) => module.transport),
  weighting: () => import('./weighting').then((module) => module.weighting),
  optimizer: () => import('./optimizer').then((module) => module.optimizer),
  pipeline: () => import('./pipeline').then((module) => module.pipeline),
  noise: () => import('./noise').then((module) => module.noise),
  tokenizer: () => import('./tokenizer').then((module) => module.tokenizer),
}
