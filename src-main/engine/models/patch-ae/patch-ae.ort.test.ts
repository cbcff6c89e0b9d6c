import { describe, expect, it } from 'vitest'
import type { Builder } from '../../ir/builder'
import type { Value } from '../../ir/value'
import { nameOf } from '../../ir/graph'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { decode, encode } from './build'
import type { PatchAeConfig } from './config'
import { depthToSpace, spaceToDepth } from './grid'

const config: PatchAeConfig = { model_type: 'patch-ae', channels: 5, factor: 16, widths: [8, 6, 4], blocks: [1, 1, 1] }
const ramp = (shape: readonly number[], factor = 1): Tensor<'f32'> =>
  f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i) * factor),
  )

async function run(build: (b: Builder) => Value, feeds: Record<string, Tensor>): Promise<Tensor> {
  const b = createBuilder()
  const graph = b.graph({ out: build(b) })
  const weights = Object.fromEntries(graph.params.map((param) => [nameOf(param), ramp(param.shape.map(Number), 0.5)]))
  const session = await openSession(graph, { weights, threads: 1 })
  const { out } = await session.run(feeds)
  await session.release()
  if (!out) throw new Error('no result')
  return out
}

describe('spaceToDepth and depthToSpace', () => {
  const picture = ramp([2, 3, 4, 6])

  it('undo each other', async () => {
    const there = (b: Builder): Value => depthToSpace(b, spaceToDepth(b, b.input('x', 'f32', ['b', 3, '2*h', '2*w']), 2), 2)
    expect(await run(there, { x: picture })).toEqual(picture)
  })

  it('put the pixels of a cell into channels, row by row', async () => {
    const cells = await run((b) => spaceToDepth(b, b.input('x', 'f32', ['b', 3, '2*h', '2*w']), 2), { x: picture })
    expect(cells.shape).toEqual([2, 12, 2, 3])
    // Channel 1·4 + 1·2 + 0 of the cell in row 1, column 2 of sample 0: channel 1, row 2·1 + 1, column 2·2.
    const at = (6 * 2 + 1) * 3 + 2
    expect(cells.data[at]).toBe(picture.data[(1 * 4 + 3) * 6 + 4])
  })
})

describe('the autoencoder', () => {
  it('makes one cell of 16 × 16 pixels, and pixels of a cell, at any size', async () => {
    const latent = await run((b) => encode(b, config, b.input('x', 'f32', ['b', 3, '16*h', '16*w'])), { x: ramp([1, 3, 32, 48]) })
    expect(latent.shape).toEqual([1, 5, 2, 3])
    const back = await run((b) => decode(b, config, b.input('z', 'f32', ['b', 5, 'h', 'w'])), { z: latent })
    expect(back.shape).toEqual([1, 3, 32, 48])
  })

  it('lets a cell change the pixels of its neighbours, so that borders can meet', async () => {
    const changed = async (value: number): Promise<number> => {
      const z = ramp([1, 5, 2, 2])
      z.data[0] = value
      const picture = await run((b) => decode(b, config, b.input('z', 'f32', ['b', 5, 'h', 'w'])), { z })
      // Row 0, column 16: the first pixel of the cell to the right.
      return Number(picture.data[16])
    }
    expect(await changed(2)).not.toBeCloseTo(await changed(-2), 3)
  })
})
