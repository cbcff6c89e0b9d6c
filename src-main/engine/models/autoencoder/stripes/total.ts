import { f32, type Tensor } from '../../../ir/tensor'
import { plainNet } from '../../../nn/net'
import { createBuilder } from '../../../ops/table'
import { feedsOf, operands, type Layer } from './layer'
import type { Sessions } from './sessions'

/** The sum over all stripes of what `build` makes of each, added in float64: what linear attention knows of the whole picture. */
export async function total(sessions: Sessions, spec: Layer): Promise<Tensor<'f32'>> {
  const b = createBuilder()
  const net = plainNet(b)
  const sum = spec.build(net, operands(net, spec))
  const session = await sessions.open(b.graph({ sum }))
  const readers = spec.inputs.map((input, i) => input.reader(i === 0 ? (spec.sees ?? 0) : 0))
  const shape = sum.shape.map(Number)
  const added = new Float64Array(shape.reduce((product, size) => product * size, 1))
  for (const index of spec.inputs[0]?.rows.keys() ?? []) {
    const { sum: part } = await session.run(await feedsOf(spec, readers, index))
    part?.data.forEach((value, i) => (added[i] = (added[i] ?? 0) + Number(value)))
    for (const reader of readers) reader.done(index)
  }
  return f32(shape, Float32Array.from(added))
}
