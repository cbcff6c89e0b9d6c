import { f32 } from '../../../ir/tensor'
import { plainNet } from '../../../nn/net'
import { createBuilder } from '../../../ops/table'
import { feedsOf } from './layer'
import { operands, operandsIn, type Layer } from './operands'
import type { Sessions } from './sessions'
import type { Known } from './whole'

/** The sum over all stripes of what `build` makes of each, added in float64: what linear attention knows of the whole picture. */
export async function total(sessions: Sessions, spec: Layer): Promise<Known> {
  const b = createBuilder()
  const net = plainNet(b)
  const sum = spec.build(net, operands(net, spec))
  const shape = sum.shape.map(Number)
  if (spec.inputs.every((input) => input.isWhole)) return { shape, in: (trace) => spec.build(trace.net, operandsIn(trace, spec)) }
  const session = await sessions.open(b.graph({ sum }))
  const readers = spec.inputs.map((input, i) => input.reader(i === 0 ? (spec.sees ?? 0) : 0))
  const added = new Float64Array(shape.reduce((product, size) => product * size, 1))
  for (const index of spec.inputs[0]?.rows.keys() ?? []) {
    const { sum: part } = await session.run(await feedsOf(spec, readers, index))
    part?.data.forEach((value, i) => (added[i] = (added[i] ?? 0) + Number(value)))
    for (const reader of readers) reader.done(index)
  }
  return f32(shape, Float32Array.from(added))
}
