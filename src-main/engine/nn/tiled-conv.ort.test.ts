import { describe, expect, it } from 'vitest'
import { nameOf, type Graph } from '../ir/graph'
import { f32, type Tensor } from '../ir/tensor'
import type { Value } from '../ir/value'
import { createBuilder } from '../ops/table'
import { openSession } from '../runtime/session'
import { relativeError } from '../../../test/support/fixtures'
import { seededRandom } from '../../../test/support/mutate'
import { conv, upsampleNearest } from './grid'
import { plainNet, type Net } from './net'
import { fromTiles, toTiles } from './tiles'
import { upsampleConv } from './upsample-conv'
import { winogradConv } from './winograd'

const random = (shape: readonly number[]): Tensor<'f32'> => {
  const next = seededRandom(shape.length)
  return f32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => next() * 2 - 1),
  )
}

async function run(graph: Graph, x: Tensor): Promise<Float32Array> {
  const weights = Object.fromEntries(graph.params.map((param) => [nameOf(param), random(param.shape.map(Number))]))
  const session = await openSession(graph, { weights, weightsAs: 'initializers' })
  const { y } = await session.run({ x })
  await session.release()
  return y?.data as Float32Array
}

/** A picture of 5 channels as one graph makes it, and as another does. */
async function compare(
  { height, width }: { height: number; width: number },
  reference: (net: Net, x: Value) => Value,
  tested: (net: Net, x: Value) => Value,
): Promise<number> {
  const [want, got] = await Promise.all(
    [reference, tested].map((build) => {
      const b = createBuilder()
      return run(b.graph({ y: build(plainNet(b), b.input('x', 'f32', [1, 5, height, width])) }), random([1, 5, height, width]))
    }),
  )
  expect(got?.length).toBe(want?.length)
  return relativeError(got!, want!)
}

const nothing = (net: Net, side: number, columns: number): Value => net.b.zero({ dtype: 'f32', shape: [side, 5, 1, columns] })

/** Row `i` of the tiles of 4×4 that lie beside the edge, uppermost for 0 and lowest for 3. Two rows of tiles. */
const row = (net: Net, tiles: Value, i: 0 | 3): Value => {
  const grids = net.b.slice(tiles, 0, 4 * i, 4 * i + 4)
  return i === 0 ? net.b.slice(grids, 2, 0, 1) : net.b.slice(grids, 2, 1, 2)
}

describe('a grid in tiles', () => {
  it('comes back as it was', async () => {
    const there = (net: Net, x: Value): Value => fromTiles(net, toTiles(net, net.b.neg(x), 4, 2, 3))
    expect(await compare({ height: 8, width: 12 }, (net, x) => net.b.neg(x), there)).toBe(0)
  })
})

describe('winogradConv', () => {
  it.each([
    [4, 4],
    [8, 12],
    [16, 4],
  ])('is the 3×3 convolution of %i×%i cells', async (height, width) => {
    const tiled = (net: Net, x: Value): Value => {
      const edge = nothing(net, 4, width / 4)
      const tiles = toTiles(net, x, 4, height / 4, width / 4)
      return fromTiles(net, winogradConv(net, 'c', tiles, { above: edge, below: edge }, 7))
    }
    expect(await compare({ height, width }, (net, x) => conv(net, 'c', x, { to: 7, kernel: 3 }), tiled)).toBeLessThan(2e-6)
  })

  it('joins stripes by the rows at their edges', async () => {
    const striped = (net: Net, x: Value): Value => {
      const edge = nothing(net, 4, 2)
      const [upper, lower] = [0, 8].map((row) => toTiles(net, net.b.slice(x, 2, row, row + 8), 4, 2, 2))
      const above = winogradConv(net, 'c', upper!, { above: edge, below: row(net, lower!, 0) }, 7)
      const below = winogradConv(net, 'c', lower!, { above: row(net, upper!, 3), below: edge }, 7)
      return net.b.concat([fromTiles(net, above), fromTiles(net, below)], 2)
    }
    const whole = (net: Net, x: Value): Value => conv(net, 'c', x, { to: 7, kernel: 3 })
    expect(await compare({ height: 16, width: 8 }, whole, striped)).toBeLessThan(2e-6)
  })
})

describe('upsampleConv', () => {
  const whole = (net: Net, x: Value): Value => conv(net, 'c', upsampleNearest(net, x, 2), { to: 6, kernel: 3 })

  it.each([
    [1, 3, 5],
    [1, 1, 1],
    [4, 4, 4],
    [4, 8, 12],
  ])('with tiles of side %i is the convolution after nearest upsampling of %i×%i cells', async (side, height, width) => {
    const folded = (net: Net, x: Value): Value => {
      const edge = nothing(net, side, width / side)
      const tiles = toTiles(net, x, side, height / side, width / side)
      return fromTiles(net, upsampleConv(net, 'c', tiles, { above: edge, below: edge }, 6))
    }
    expect(await compare({ height, width }, whole, folded)).toBeLessThan(1e-6)
  })

  it('adds a shortcut to each of the four cells', async () => {
    const shortcut = (net: Net, x: Value): Value => {
      const edge = nothing(net, 1, 3)
      const ones = (p: number, q: number): Value => net.b.expand(net.b.scalar(2 * p + q), [1, 6, 6])
      return upsampleConv(net, 'c', x, { above: edge, below: edge }, 6, ones)
    }
    const expected = (net: Net, x: Value): Value => {
      const pattern = net.b.constant(f32([1, 1, 1, 2, 1, 2], [0, 1, 2, 3]))
      const y = net.b.reshape(whole(net, x), [1, 6, 2, 2, 3, 2])
      return net.b.reshape(net.b.add(y, pattern), [1, 6, 4, 6])
    }
    expect(await compare({ height: 2, width: 3 }, expected, shortcut)).toBeLessThan(1e-6)
  })
})
