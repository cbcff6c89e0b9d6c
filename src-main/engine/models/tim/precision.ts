import { plainPlan, type StoragePlan } from '../../weights/convert-component'

/** Layers that all tokens of a picture pass: nearly all of the work. */
const TOKEN_LAYERS = /^blocks\.\d+\.(attn\.(qkv|proj)|cross_attn\.(q|proj)|mlp\.(fc1_g|fc1_x|fc2))\.weight$/
/** Layers of a block that see one row a picture, or the caption: much of the weights, little of the work. */
const ROW_LAYERS = /^(blocks\.\d+\.(attn\.qkv_d|cross_attn\.kv|adaLN_modulation\.fc\w+)|y_embedder\.mlp\.\w+)\.weight$/
/**
 * True for the layer that 8-bit activations hurt most: what SwiGLU multiplies has few very large values, which would set the step for
 * all tokens. It gets a step for each token, which takes half of its error away; left in f32 the network would be a quarter slower.
 */
export function isHeavyTailed(layer: string): boolean {
  return layer.endsWith('.mlp.fc2')
}

/** Training alone reads it. */
const PROJECTOR = /^projector\./

/** True for a block's layers that see one row a picture, or the caption, and for what belongs to their weights. */
export function isRowLayer(key: string): boolean {
  return /^blocks\.\d+\.(attn\.qkv_d|cross_attn\.kv|adaLN_modulation)\./.test(key)
}

/**
 * What becomes of a TiM network's weights at a precision. Below 16 bits the entrance, the exit and the time embedders stay f32:
 * together 0.8 % of the released weights, and their error would reach every token at once (in 4 bits as much as that of all other layers
 * together: test/bench/precision.bench.ts). Of the others no kind stands out by more than its share of the work.
 */
export const timPlan: StoragePlan = (key, shape, precision) => {
  if (precision === 'f32' || precision === 'f16') return plainPlan(key, shape, precision)
  if (PROJECTOR.test(key)) return plainPlan(key, shape, 'f16')
  if (TOKEN_LAYERS.test(key)) return plainPlan(key, shape, precision)
  // Rows are too few for products of integers to pay: there 8 bits save memory alone.
  if (ROW_LAYERS.test(key)) return plainPlan(key, shape, precision === 'q4' ? 'q4' : 'q8')
  return 'f32'
}
