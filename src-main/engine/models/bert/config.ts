import { z } from 'zod'

/** What of a BERT configuration (HF names) the encoder needs. Only the GELU of the original is known. */
export const BertConfig = z.object({
  vocab_size: z.number().int().positive(),
  hidden_size: z.number().int().positive(),
  num_hidden_layers: z.number().int().positive(),
  num_attention_heads: z.number().int().positive(),
  intermediate_size: z.number().int().positive(),
  max_position_embeddings: z.number().int().positive(),
  type_vocab_size: z.number().int().positive(),
  hidden_act: z.literal('gelu'),
  layer_norm_eps: z.number().positive(),
})
export type BertConfig = z.infer<typeof BertConfig>
