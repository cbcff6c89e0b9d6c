import { nonDifferentiable } from '../ir/op'
import { showType } from '../ir/value'
import { defineOp } from './define-op'

/**
 * x·Wᵀ with W in 4 or 8 bits: w = (q − zero)·scale, a scale and a zero for each block of a row. com.microsoft MatMulNBits-1.
 * 4-bit numbers and zeros lie two in a byte, the first in the low bits.
 * Shape: x (…,I) × q u8 (O, I/block, block·bits/8) × scale (O, I/block) × zero u8 (O, ⌈I/block·bits/8⌉) → (…,O).
 */
export const MatMulNBits = defineOp<'MatMulNBits'>({
  onnx: 'MatMulNBits',
  domain: 'com.microsoft',
  since: 1,
  infer: ([x, q, scale, zero], { bits, block }, fail) => {
    const [out = 0, blocks = 0, bytes] = q.shape
    const inner = Number(blocks) * block
    const fits =
      x.shape.at(-1) === inner &&
      bytes === (block * bits) / 8 &&
      scale.shape.join() === [out, blocks].join() &&
      zero.shape.join() === [out, Math.ceil((Number(blocks) * bits) / 8)].join() &&
      [q, zero].every(({ dtype }) => dtype === 'u8')
    if (!fits) return fail([x, q, scale, zero].map(showType).join(', '), 'x (…,I), q (O,I/block,bytes), scale and zero by block')
    return [{ dtype: x.dtype, shape: [...x.shape.slice(0, -1), out] }]
  },
  form: ({ bits, block }, [, q]) => ({
    attributes: {
      K: { int: Number(q.shape[1]) * block },
      N: { int: Number(q.shape[0]) },
      bits: { int: bits },
      block_size: { int: block },
      // Products in float32: only the weights are coarse.
      accuracy_level: { int: 1 },
    },
  }),
  jvp: nonDifferentiable('quantised weights are stored constants'),
  vjp: nonDifferentiable('quantised weights are stored constants'),
})
