import type { Builder } from '../../ir/builder'
import type { Graph } from '../../ir/graph'
import type { Value } from '../../ir/value'
import type { BertConfig } from './config'

/** What a masked key gets before the softmax: the lowest float32, as in transformers. */
const MASKED = -3.4028234663852886e38

/**
 * BERT encoder (arXiv 1810.04805), keys verbatim. Post-norm blocks, learned positions, one segment.
 * Shape: ids i64 (b,m), mask i64 (b,m; 1 = token, 0 = padding) → last_hidden_state f32 (b,m,hidden_size).
 */
export function bertGraph(b: Builder, config: BertConfig): Graph {
  const ids = b.input('ids', 'i64', ['b', 'm'])
  const mask = b.input('mask', 'i64', ['b', 'm'])
  const absent = b.equal(mask, b.scalar(0, 'i64'))
  const bias = b.reshape(b.where(absent, b.scalar(MASKED), b.scalar(0)), ['b', 1, 1, 'm'])
  let x = embeddings(b, config, ids)
  for (let i = 0; i < config.num_hidden_layers; i++) x = layer(b, config, `encoder.layer.${i}`, x, bias)
  return b.graph({ last_hidden_state: x })
}

/** (b,m) → (b,m,D): LayerNorm(word + segment 0 + position). */
function embeddings(b: Builder, config: BertConfig, ids: Value): Value {
  const D = config.hidden_size
  const table = (name: string, rows: number): Value => b.param(`embeddings.${name}_embeddings.weight`, 'f32', [rows, D])
  const words = b.gather(table('word', config.vocab_size), ids)
  const segment = b.slice(table('token_type', config.type_vocab_size), 0, 0, 1)
  const positions = b.slice(table('position', config.max_position_embeddings), 0, 0, 'm')
  return norm(b, config, 'embeddings.LayerNorm', b.add(b.add(words, segment), positions))
}

function layer(b: Builder, config: BertConfig, key: string, x: Value, bias: Value): Value {
  const { hidden_size: D, intermediate_size: I } = config
  const mixed = linear(b, `${key}.attention.output.dense`, attention(b, config, `${key}.attention.self`, x, bias), D, D)
  const attended = norm(b, config, `${key}.attention.output.LayerNorm`, b.add(mixed, x))
  const hidden = b.gelu(linear(b, `${key}.intermediate.dense`, attended, D, I))
  return norm(b, config, `${key}.output.LayerNorm`, b.add(linear(b, `${key}.output.dense`, hidden, I, D), attended))
}

/** Softmax(QKᵀ/√d + bias)·V over heads. (b,m,D) → (b,m,D). */
function attention(b: Builder, config: BertConfig, key: string, x: Value, bias: Value): Value {
  const { hidden_size: D, num_attention_heads: H } = config
  const heads = (name: string): Value => b.reshape(linear(b, `${key}.${name}`, x, D, D), ['b', 'm', H, D / H])
  const q = b.transpose(heads('query'), [0, 2, 1, 3])
  const k = b.transpose(heads('key'), [0, 2, 3, 1])
  const v = b.transpose(heads('value'), [0, 2, 1, 3])
  const scores = b.add(b.scale(b.matMul(q, k), 1 / Math.sqrt(D / H)), bias)
  return b.reshape(b.transpose(b.matMul(b.softmax(scores), v), [0, 2, 1, 3]), ['b', 'm', D])
}

function linear(b: Builder, key: string, x: Value, from: number, to: number): Value {
  const weight = b.transpose(b.param(`${key}.weight`, 'f32', [to, from]), [1, 0])
  return b.add(b.matMul(x, weight), b.param(`${key}.bias`, 'f32', [to]))
}

function norm(b: Builder, config: BertConfig, key: string, x: Value): Value {
  const D = config.hidden_size
  return b.layerNormalization(x, b.param(`${key}.weight`, 'f32', [D]), b.param(`${key}.bias`, 'f32', [D]), config.layer_norm_eps)
}
