import type { Builder } from '../../ir/builder'
import { plainNet, type Net } from '../../nn/net'
import { isHeavyTailed } from './precision'
import { COMPANIONS, formatOf, Q4_BLOCK } from '../../weights/stored'
import type { WeightSource } from '../../weights/tensor-ref'

/** Key under which a 4-bit weight is asked for as a matrix, which no kernel can make of it. */
const UNPACKED = '.unpacked'

/** Where a token is zero throughout. */
const TINY = 1e-30

/**
 * Layers that read their weights as they are stored, so that those can stay mapped in their file: 16 bits and 8-bit rows are widened
 * while a layer runs, 4 bits and transposed 8 bits have products of their own.
 */
export function storedNet(b: Builder, source: WeightSource): Net {
  const plain = plainNet(b)
  // A key that the file lacks is an f32 parameter, which whoever binds the weights will name.
  const format = (key: string): ReturnType<typeof formatOf> => (source.tensors.has(key) ? formatOf(source, key) : 'f32')
  return {
    b,
    weight(key, shape) {
      const [out = 1, inner = 1] = shape
      switch (format(key)) {
        case 'f16':
          return b.cast(b.param(key, 'f16', shape), 'f32')
        case 'bf16':
          return b.cast(b.param(key, 'bf16', shape), 'f32')
        case 'q8':
          return b.dequantizeLinear(b.param(key, 'i8', shape), b.param(key + COMPANIONS.q8Scale, 'f32', [out]), 0)
        case 'int8': {
          const columns = b.param(key, 'i8', [inner, out])
          return b.transpose(b.dequantizeLinear(columns, b.param(key + COMPANIONS.int8Scale, 'f32', [out]), 1), [1, 0])
        }
        case 'q4':
          return b.param(key + UNPACKED, 'f32', shape)
        default:
          return plain.weight(key, shape)
      }
    },
    product(layer, x, size) {
      const key = `${layer}.weight`
      switch (format(key)) {
        case 'q4': {
          const blocks = size.in / Q4_BLOCK
          const values = b.param(key, 'u8', [size.out, blocks, Q4_BLOCK / 2])
          const scale = b.param(key + COMPANIONS.q4Scale, 'f32', [size.out, blocks])
          const zero = b.param(key + COMPANIONS.q4Zero, 'u8', [size.out, Math.ceil(blocks / 2)])
          return b.emit('MatMulNBits', [x, values, scale, zero], { bits: 4, block: Q4_BLOCK })
        }
        case 'int8': {
          const columns = b.param(key, 'i8', [size.in, size.out])
          const scale = b.param(key + COMPANIONS.int8Scale, 'f32', [size.out])
          if (!isHeavyTailed(layer)) return b.emit('DynamicQuantizeMatMul', [x, columns, scale], {})
          const largest = b.max(b.reduceMax(b.abs(x), [-1], true), b.scalar(TINY))
          return b.mul(b.emit('DynamicQuantizeMatMul', [b.div(x, largest), columns, scale], {}), largest)
        }
        default:
          return undefined
      }
    },
  }
}
