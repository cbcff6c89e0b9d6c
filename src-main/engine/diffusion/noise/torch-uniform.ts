import { Mt19937 } from './mt19937'

/**
 * PyTorch's CPU uniform generator: `torch.manual_seed(seed)` followed by any number of `tensor.uniform_(from, to)`, float32: 24 bits of
 * a word, scaled and shifted with one rounding to float32. Source: at::transformation::uniform_real of PyTorch.
 */
export class TorchUniform {
  private readonly engine: Mt19937

  constructor(seed: number) {
    this.engine = new Mt19937(seed)
  }

  /** The next `length` numbers in [from, to). */
  uniform(length: number, from: number, to: number): Float32Array {
    const fround = Math.fround
    const low = fround(from)
    const width = fround(fround(to) - low)
    return Float32Array.from({ length }, () => ((this.engine.word() & 0xffffff) / 2 ** 24) * width + low)
  }
}
