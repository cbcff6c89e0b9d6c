import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { createBuilder } from '../../ops/table'
import { openSession, type Session } from '../../runtime/session'
import type { Adapter } from './adapter'
import type { LayerChange } from './stack'

/** Reads the weight of a layer: (O,I), or (O,C,p,p). */
export type WeightOf = (layer: string) => Tensor<'f32'>

/** W ← gain·W + up·down of layers, one after the other. Computed by sessions, since layers of full-size networks have millions of numbers. */
export class WeightChanges {
  private session: Promise<Session> | undefined

  /** The changed weight, in the shape of the old one. */
  async apply(weight: Tensor<'f32'>, { down, up, gain }: LayerChange): Promise<Tensor<'f32'>> {
    const [out = 0, ...inner] = weight.shape
    const { changed } = await this.run(flat(weight), up, down, gain ?? new Float32Array(out).fill(1))
    return { ...(changed as Tensor<'f32'>), shape: [out, ...inner] }
  }

  /** DoRA's m/‖W + s·B·A‖ by row, for each layer that has magnitudes. */
  async gains({ layers, weights }: Adapter, weightOf: WeightOf): Promise<Map<string, Float32Array>> {
    const found = new Map<string, Float32Array>()
    for (const [key, { a, b, rank, scale, magnitude }] of layers) {
      const [down, up, m] = [weights[a], weights[b], magnitude === undefined ? undefined : weights[magnitude]]
      if (!down || !up || !m) continue
      const weight = flat(weightOf(key))
      const [out = 0, inner = 0] = weight.shape
      const scaled = f32(
        [out, rank],
        up.data.map((value) => scale * value),
      )
      const { norm } = await this.run(weight, scaled, f32([rank, inner], down.data), new Float32Array(out).fill(1))
      const norms = norm?.data as Float32Array
      found.set(
        key,
        m.data.map((value, row) => value / (norms[row] ?? 1)),
      )
    }
    return found
  }

  async release(): Promise<void> {
    await (await this.session)?.release()
    this.session = undefined
  }

  private async run(
    weight: Tensor<'f32'>,
    up: Tensor<'f32'>,
    down: Tensor<'f32'>,
    gain: Float32Array,
  ): Promise<Record<string, Tensor>> {
    this.session ??= openSession(changeGraph())
    return (await this.session).run({ weight, up, down, gain: f32([gain.length, 1], gain) })
  }
}

function changeGraph(): ReturnType<ReturnType<typeof createBuilder>['graph']> {
  const b = createBuilder()
  const weight = b.input('weight', 'f32', ['o', 'i'])
  const own = b.mul(weight, b.input('gain', 'f32', ['o', 1]))
  const changed = b.add(own, b.matMul(b.input('up', 'f32', ['o', 'r']), b.input('down', 'f32', ['r', 'i'])))
  return b.graph({ changed, norm: b.sqrt(b.reduceSum(b.mul(changed, changed), [1])) })
}

function flat(weight: Tensor<'f32'>): Tensor<'f32'> {
  return f32([weight.shape[0] ?? 0, sizeOf(weight.shape.slice(1))], weight.data)
}
