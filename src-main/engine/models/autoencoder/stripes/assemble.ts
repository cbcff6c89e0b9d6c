import { zeros, type Tensor } from '../../../ir/tensor'
import type { Stream } from './stream'
import type { Known } from './whole'

/** The grid of a stream without tiles, (1,C,H,W), as layers know it: as one tensor, unless it is in their graph. */
export async function known(stream: Stream): Promise<Known> {
  if (!stream.isWhole || stream.form.side > 1) return assemble(stream)
  const { channels, columns } = stream.form
  return { shape: [1, channels, stream.rows[0] ?? 1, columns], in: (trace) => trace.of(stream) }
}

/** The grid of a stream as one tensor. `between` is called after each stripe. Shape: stripes (s²,C,r,T) → (1,C,H,W). */
export async function assemble(stream: Stream, between?: () => Promise<void>): Promise<Tensor<'f32'>> {
  const { side, channels, columns } = stream.form
  const [height, width] = [stream.rows.reduce((sum, rows) => sum + rows, 0) * side, columns * side]
  const whole = zeros('f32', [1, channels, height, width])
  const reader = stream.reader()
  let top = 0
  for (const [index, rows] of stream.rows.entries()) {
    const { data } = await reader.body(index)
    if (side === 1) {
      const size = rows * columns
      for (let c = 0; c < channels; c++) whole.data.set(data.subarray(c * size, (c + 1) * size), (c * height + top) * width)
    }
    for (let grid = 0, at = 0; side > 1 && grid < side * side; grid++) {
      const [i, j] = [Math.floor(grid / side), grid % side]
      for (let c = 0; c < channels; c++) {
        for (let r = 0; r < rows; r++) {
          let to = (c * height + top + r * side + i) * width + j
          for (let t = 0; t < columns; t++, to += side) whole.data[to] = data[at++] ?? 0
        }
      }
    }
    reader.done(index)
    top += rows * side
    await between?.()
  }
  return whole
}
