import type { Gemma3Config } from './config'

/** Beside weights and activations: the runtime's own structures for a graph of this size. */
const RUNTIME_BYTES = 10e6

/** What of an encoding the estimate depends on. */
export interface TextRun {
  readonly tokens: number
  /** Bytes of one stored weight. */
  readonly weightBytes: 2 | 4
}

/**
 * Bytes that encoding a prompt takes at its peak (PSS) while nothing else uses the file: the layers' weights mapped from it, one matrix
 * widened where they have 16 bits, and activations. Embeddings are read row by row and count nothing.
 */
export function textMemory(config: Gemma3Config, { tokens, weightBytes }: TextRun): number {
  const { hidden_size: D, intermediate_size: I, num_hidden_layers: layers, head_dim: d } = config
  const heads = config.num_attention_heads + config.num_key_value_heads
  const layer = 2 * heads * d * D + 3 * D * I
  const widened = weightBytes === 4 ? 0 : 4 * 2 * D * I
  // Gate, up and their product; states, their norm and sum; scores of all heads, masked and not.
  const activations = 4 * (3 * tokens * I + 6 * tokens * D + 3 * config.num_attention_heads * tokens ** 2)
  return layers * layer * weightBytes + widened + activations + RUNTIME_BYTES
}
