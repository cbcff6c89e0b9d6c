import type { AdaptableLayer } from '../../nn/low-rank'
import { sizeOf } from '../../ir/tensor'
import { isTextConditional, type TimConfig } from './config'
import { timParameters } from './parameters'

/**
 * The layers of a network that an adapter can change: every linear layer and the patch embedding, in the order in which the released
 * code declares them (so that seeded initialisation draws in torch's order). Those of the projector act on no picture and are left out.
 */
export function timLinearLayers(config: TimConfig): readonly AdaptableLayer[] {
  const parameters = timParameters(config, { projector: false })
  return namesInOrder(config).flatMap((key) => {
    const [out = 0, ...inner] = parameters.get(`${key}.weight`) ?? []
    if (out === 0) return []
    return [{ key, out, in: sizeOf(inner), ...(inner.length > 1 && { kernel: inner }) }]
  })
}

const SWIGLU = ['fc1_g', 'fc1_x', 'fc2']
const BLOCK = [
  ...['qkv', 'qkv_d', 'proj'].map((name) => `attn.${name}`),
  ...['q', 'kv', 'proj'].map((name) => `cross_attn.${name}`),
  ...SWIGLU.map((name) => `mlp.${name}`),
  ...SWIGLU.map((name) => `adaLN_modulation.${name}`),
]

/** Names of all linear layers that any network may have, in the released order of declaration. */
function namesInOrder(config: TimConfig): string[] {
  const embedder = (name: string): string[] => [`${name}.mlp.0`, `${name}.mlp.2`]
  const caption = isTextConditional(config) ? SWIGLU.map((name) => `y_embedder.mlp.${name}`) : []
  const blocks = Array.from({ length: config.depth }, (_, i) => BLOCK.map((name) => `blocks.${i}.${name}`))
  return [
    'x_embedder.proj',
    ...embedder('t_embedder'),
    ...embedder('delta_embedder'),
    ...caption,
    ...blocks.flat(),
    'final_layer.linear',
    ...SWIGLU.map((name) => `final_layer.adaLN_modulation.${name}`),
  ]
}
