import type { TensorRef } from '../../../weights/tensor-ref'
import type { Tensors } from './given'

/** A layer that both halves' code names so, and diffusers does not. */
export const ORIGINAL_ANCHOR = 'encoder.project_out.op_list.0.conv.weight'

/** Names of the authors' code → diffusers', in the order in which they are replaced. Source: diffusers' convert_dcae_to_diffusers.py. */
const NAMES: readonly (readonly [string, string])[] = [
  ['main.', ''],
  ['op_list.', ''],
  ['context_module', 'attn'],
  ['local_module', 'conv_out'],
  ['aggreg.0.0', 'to_qkv_multiscale.0.proj_in'],
  ['aggreg.0.1', 'to_qkv_multiscale.0.proj_out'],
  ['depth_conv.conv', 'conv_depth'],
  ['inverted_conv.conv', 'conv_inverted'],
  ['point_conv.conv', 'conv_point'],
  ['point_conv.norm', 'norm'],
  ['conv.conv.', 'conv.'],
  ['conv1.conv', 'conv1'],
  ['conv2.conv', 'conv2'],
  ['conv2.norm', 'norm'],
  ['proj.norm', 'norm_out'],
  ['encoder.project_out.0.conv', 'encoder.conv_out'],
  ['encoder.stages', 'encoder.down_blocks'],
  ['decoder.project_in.conv', 'decoder.conv_in'],
  ['decoder.project_out.0', 'decoder.norm_out'],
  ['decoder.stages', 'decoder.up_blocks'],
]

/** The tensors of a DC-AE in the authors' spelling under diffusers' keys. Queries, keys and values become three, where they lie. */
export function dcAeFromOriginal(tensors: Tensors): Map<string, TensorRef> {
  const found = new Map<string, TensorRef>()
  for (const [before, ref] of tensors) {
    const key = respell(before)
    const parent = key.replace(/\.(qkv|proj)\.conv\.weight$/, '')
    if (key.endsWith('.attn.qkv.conv.weight')) for (const [name, part] of thirds(ref)) found.set(`${parent}.${name}.weight`, part)
    else if (key.endsWith('.attn.proj.conv.weight'))
      found.set(`${parent}.to_out.weight`, { ...ref, shape: ref.shape.slice(0, 2) })
    else found.set(key, ref)
  }
  return found
}

function respell(before: string): string {
  // Where the first and last layers resample as well, their convolution lies one level deeper, on both sides of the renaming.
  const ends: readonly (readonly [string, string])[] = /\.conv\.conv\./.test(before)
    ? [
        ['encoder.project_in.conv', 'encoder.conv_in.conv'],
        ['decoder.project_out.2.conv', 'decoder.conv_out.conv'],
      ]
    : [
        ['encoder.project_in.conv', 'encoder.conv_in'],
        ['decoder.project_out.2.conv', 'decoder.conv_out'],
      ]
  return [...NAMES, ...ends].reduce((key, [name, spelt]) => key.replace(name, spelt), before)
}

/** The three equal parts of stacked rows. Shape: (3D,C,1,1) → 3 × (D,C). */
function thirds(ref: TensorRef): [string, TensorRef][] {
  const [rows = 0, columns = 0] = ref.shape
  const length = ref.length / 3
  return ['to_q', 'to_k', 'to_v'].map((name, i) => [
    name,
    { ...ref, shape: [rows / 3, columns], offset: ref.offset + i * length, length },
  ])
}
