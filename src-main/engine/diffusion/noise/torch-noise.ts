import { Mt19937 } from './mt19937'

/**
 * PyTorch's CPU normal generator: `torch.manual_seed(seed)` followed by any number of `torch.randn(shape)`, float32.
 * Sixteen numbers or more take the vectorised path (24-bit uniforms, Box–Muller on blocks of 16, the last 16 drawn again where
 * the count is no multiple of 16); fewer take the scalar one (53-bit uniforms, the second normal of a pair kept for the next
 * call). Source: aten/src/ATen/native/cpu/DistributionTemplates.h and ATen/core/DistributionsHelper.h of PyTorch.
 */
export class TorchNormal {
  private readonly engine: Mt19937
  private kept: number | undefined

  constructor(seed: number) {
    this.engine = new Mt19937(seed)
  }

  /** The next `length` numbers of one randn call. */
  randn(length: number): Float32Array {
    return length >= BLOCK ? this.vectorised(length) : Float32Array.from({ length }, () => this.scalar())
  }

  private vectorised(length: number): Float32Array {
    const out = Float32Array.from({ length }, () => this.uniform24())
    for (let i = 0; i + BLOCK <= length; i += BLOCK) normalBlock(out, i)
    if (length % BLOCK !== 0) {
      const tail = length - BLOCK
      for (let i = tail; i < length; i++) out[i] = this.uniform24()
      normalBlock(out, tail)
    }
    return out
  }

  private scalar(): number {
    const { kept } = this
    if (kept !== undefined) {
      this.kept = undefined
      return kept
    }
    const u1 = this.uniform53()
    const u2 = this.uniform53()
    const radius = Math.sqrt(-2 * Math.log1p(-u2))
    this.kept = radius * Math.sin(2 * Math.PI * u1)
    return radius * Math.cos(2 * Math.PI * u1)
  }

  private uniform24(): number {
    return (this.engine.word() & 0xffffff) / 2 ** 24
  }

  private uniform53(): number {
    const high = this.engine.word()
    const low = this.engine.word()
    return ((high & 0x1fffff) * 2 ** 32 + low) / 2 ** 53
  }
}

const BLOCK = 16
const TWO_PI = Math.fround(2 * Math.PI)

/** Uniforms u[j], u[j+8] of a block of 16 become the normals √(−2 ln(1−u[j])) · (cos, sin)(2π u[j+8]). */
function normalBlock(data: Float32Array, from: number): void {
  for (let j = from; j < from + BLOCK / 2; j++) {
    const radius = Math.sqrt(-2 * Math.log(1 - (data[j] ?? 0)))
    const angle = Math.fround(TWO_PI * (data[j + BLOCK / 2] ?? 0))
    data[j] = radius * Math.cos(angle)
    data[j + BLOCK / 2] = radius * Math.sin(angle)
  }
}
