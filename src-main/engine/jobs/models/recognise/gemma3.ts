import { z } from 'zod'
import { Gemma3Config } from '../../../models/gemma3/config'
import { gemma3Parameters } from '../../../models/gemma3/parameters'
import type { TensorRef } from '../../../weights/tensor-ref'
import { ModelsError } from '../models-error'
import { countOf, sizeAt, type Design } from './design'
import { prefixOf, under, type Given, type Tensors } from './given'

const ANCHOR = 'layers.0.self_attn.q_norm.weight'

/** Gemma 3's text decoder, alone or inside a multimodal model. */
export const gemma3Design: Design = {
  part: 'text',
  title: 'a Gemma 3 text encoder',
  find: (all) => {
    const prefix = prefixOf(withoutVision(all), ANCHOR)
    if (prefix === undefined || !all.has(`${prefix}layers.0.pre_feedforward_layernorm.weight`)) return undefined
    const tensors = new Map<string, TensorRef>()
    for (const [key, ref] of under(all, prefix)) tensors.set(`model.${key}`, ref)
    return { tensors, notes: [] }
  },
  read: (tensors, given) => {
    const config = configOf(tensors, given)
    const parameters = gemma3Parameters(config)
    return { config: { ...config, model_type: 'gemma3_text' }, parameters, notes: [], is: { design: 'gemma3', gemma3: config } }
  },
}

function withoutVision(all: Tensors): Tensors {
  return new Map([...all].filter(([key]) => !/vision_(tower|model)/.test(key)))
}

/** Config.json's settings (inside `text_config` where the model is multimodal) over what shapes and the published family tell. */
function configOf(tensors: Tensors, { config, path }: Given): Gemma3Config {
  const inner = config?.['text_config']
  const told = typeof inner === 'object' && inner !== null ? { ...inner } : isGemma(config) ? { ...config } : {}
  const read = Gemma3Config.safeParse({ ...fromShapes(tensors), ...told })
  if (read.success) return read.data
  const why = z.prettifyError(read.error).replaceAll('\n', ' ')
  throw new ModelsError(
    'models.config',
    `${path} describes no Gemma 3 text encoder that is known here: ${why}`,
    'Use google/gemma-3-1b-it, which the released models were trained with.',
  )
}

function isGemma(config: Given['config']): boolean {
  return String(config?.['model_type'] ?? '').startsWith('gemma3')
}

/** Without a config.json: the smallest model sees windows of 512 tokens, the multimodal ones of 1024 and stretch their global positions. */
function fromShapes(tensors: Tensors): object {
  const layer = 'model.layers.0'
  const width = sizeAt(tensors, 'model.embed_tokens.weight', 1)
  const head = sizeAt(tensors, `${layer}.self_attn.q_norm.weight`, 0)
  const isLarge = width > 1152
  return {
    vocab_size: sizeAt(tensors, 'model.embed_tokens.weight', 0),
    hidden_size: width,
    intermediate_size: sizeAt(tensors, `${layer}.mlp.gate_proj.weight`, 0),
    num_hidden_layers: countOf(tensors, /^model\.layers\.(\d+)\./),
    num_attention_heads: sizeAt(tensors, `${layer}.self_attn.q_proj.weight`, 0) / head,
    num_key_value_heads: sizeAt(tensors, `${layer}.self_attn.k_proj.weight`, 0) / head,
    head_dim: head,
    query_pre_attn_scalar: width === 5376 ? 168 : 256,
    sliding_window: isLarge ? 1024 : 512,
    ...(isLarge ? { rope_scaling: { rope_type: 'linear', factor: 8 } } : {}),
  }
}
