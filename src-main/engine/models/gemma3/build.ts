import { mulDims } from '../../ir/dim'
import type { Graph } from '../../ir/graph'
import { i64 } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import type { Net } from '../../nn/net'
import { shiftedRmsNorm } from '../../nn/rms-norm'
import { isLocal, type Gemma3Config } from './config'

/** What the tokens' places decide, for one of the two kinds of layers. */
interface Places {
  readonly cos: Value
  readonly sin: Value
  /** Added to the scores: 0 where a token sees another, the lowest number elsewhere. (b,1,m,m) */
  readonly mask: Value
}

/**
 * Gemma 3's decoder (arXiv 2503.19786), keys verbatim as in transformers. The embeddings come from the host, which reads only the rows it
 * needs. Inputs: embeddings (b,m,D) as stored; real (b,m,1), 1 for tokens and 0 for padding; for `local` and `global` layers
 * KIND.cos, KIND.sin (m, d/2) and KIND.mask (b,1,m,m). Outputs: last_hidden_state (after the final norm), hidden_states.-2; (b,m,D).
 */
export function gemma3Graph(net: Net, config: Gemma3Config): Graph {
  const { b } = net
  const width = config.hidden_size
  const embeddings = b.input('embeddings', 'f32', ['b', 'm', width])
  const real = b.input('real', 'f32', ['b', 'm', 1])
  const local = placesOf(net, config, 'local')
  const global = placesOf(net, config, 'global')
  // Tokens of all prompts are rows of one matrix: products with W as it lies in its file (Gemm) take no other form.
  const rows = mulDims('b', 'm')
  const padding = b.reshape(real, [rows, 1])
  let x = b.reshape(b.scale(embeddings, Math.fround(Math.sqrt(width))), [rows, width])
  let before = x
  for (let i = 0; i < config.num_hidden_layers; i++) {
    before = x
    const key = `model.layers.${i}`
    x = b.scope(key, () => layer(net, config, key, x, isLocal(config, i) ? local : global, padding))
  }
  const last = shiftedRmsNorm(net, 'model.norm', x, width, config.rms_norm_eps)
  const states = (y: Value): Value => b.reshape(y, ['b', 'm', width])
  return b.graph({ last_hidden_state: states(last), 'hidden_states.-2': states(before) })
}

function placesOf(net: Net, config: Gemma3Config, kind: 'local' | 'global'): Places {
  const table = (name: string): Value => net.b.input(`${kind}.${name}`, 'f32', ['m', config.head_dim / 2])
  return { cos: table('cos'), sin: table('sin'), mask: net.b.input(`${kind}.mask`, 'f32', ['b', 1, 'm', 'm']) }
}

/** Two sandwiches of norms: around attention, around the gated MLP. Shape: (b·m,D) → (b·m,D). */
function layer(net: Net, config: Gemma3Config, key: string, x: Value, places: Places, real: Value): Value {
  const { b } = net
  const { hidden_size: width, rms_norm_eps: epsilon } = config
  const norm = (name: string, y: Value): Value => shiftedRmsNorm(net, `${key}.${name}`, y, width, epsilon)
  const attended = attention(net, config, `${key}.self_attn`, norm('input_layernorm', x), places, real)
  const y = b.add(x, norm('post_attention_layernorm', attended))
  const hidden = mlp(net, config, `${key}.mlp`, norm('pre_feedforward_layernorm', y))
  return b.add(y, norm('post_feedforward_layernorm', hidden))
}

/** down(gelu(gate x) · up x). */
function mlp(net: Net, config: Gemma3Config, key: string, x: Value): Value {
  const inner = { in: config.hidden_size, out: config.intermediate_size }
  const gate = net.b.gelu(project(net, `${key}.gate_proj`, x, inner), 'tanh')
  const product = net.b.mul(gate, project(net, `${key}.up_proj`, x, inner))
  return project(net, `${key}.down_proj`, product, { in: inner.out, out: inner.in })
}

/** Grouped-query attention with normalised, rotated queries and keys. What padding attended to is zero. Shape: (b·m,D) → (b·m,D). */
function attention(net: Net, config: Gemma3Config, key: string, x: Value, places: Places, real: Value): Value {
  const { b } = net
  const { num_attention_heads: heads, num_key_value_heads: shared, head_dim: d, hidden_size: width } = config
  const head = (name: string, count: number): Value => {
    const y = b.reshape(project(net, `${key}.${name}`, x, { in: width, out: count * d }), ['b', 'm', count, d])
    return b.transpose(y, [0, 2, 1, 3])
  }
  const turned = (name: 'q' | 'k', count: number): Value => {
    const y = shiftedRmsNorm(net, `${key}.${name}_norm`, head(`${name}_proj`, count), d, config.rms_norm_eps)
    return b.emit('RotaryEmbedding', [y, b.constant(i64([1], [0])), places.cos, places.sin], { interleaved: false })
  }
  // Heads that share keys and values lie side by side, so that one product serves them all.
  const rows = mulDims(heads / shared, 'm')
  const q = b.reshape(b.scale(turned('q', heads), config.query_pre_attn_scalar ** -0.5), ['b', shared, rows, d])
  const scores = b.reshape(b.matMul(q, b.transpose(turned('k', shared), [0, 1, 3, 2])), ['b', heads, 'm', 'm'])
  const weights = b.reshape(b.softmax(b.add(scores, places.mask)), ['b', shared, rows, 'm'])
  const mixed = b.reshape(b.matMul(weights, head('v_proj', shared)), ['b', heads, 'm', d])
  const joined = b.mul(b.reshape(b.transpose(mixed, [0, 2, 1, 3]), [mulDims('b', 'm'), heads * d]), real)
  return project(net, `${key}.o_proj`, joined, { in: heads * d, out: width })
}

/** x·KEY.weightᵀ. Shape: (b·m,I) → (b·m,O). */
function project({ b, weight }: Net, key: string, x: Value, size: { readonly in: number; readonly out: number }): Value {
  return b.emit('Gemm', [x, weight(`${key}.weight`, [size.out, size.in])], { transB: true })
}
