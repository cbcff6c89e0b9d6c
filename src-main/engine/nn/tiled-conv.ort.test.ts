import { describe, expect, it } from 'vitest'
import { nameOf, type Graph } from '../ir/graph'
import { f32, type Tensor } from '../ir/tensor'
import type { Value } from '../ir/value'
import { createBuilder } from '../ops/table'
import { openSession } from '../runtime/session'
import { relativeError } from '../../../test/support/fixtures'
import { seededRandom } from '../../../test/support/mutate'
import { conv, pixelShuffle, repeatChannels, upsampleNearest } from './grid'
import { plainNet, type Net } from './net'
import { narrowConv } from './stripe-conv'
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
    const there = (net: Net, x: Value): Value => fromTiles(net, toTiles(net, net.b.neg(x), 4))
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
      const tiles = toTiles(net, x, 4)
      return fromTiles(net, winogradConv(net, 'c', tiles, { above: edge, below: edge }, 7))
    }
    expect(await compare({ height, width }, (net, x) => conv(net, 'c', x, { to: 7, kernel: 3 }), tiled)).toBeLessThan(2e-6)
  })

  it('joins stripes by the rows at their edges', async () => {
    const striped = (net: Net, x: Value): Value => {
      const edge = nothing(net, 4, 2)
      const [upper, lower] = [0, 8].map((row) => toTiles(net, net.b.slice(x, 2, row, row + 8), 4))
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
      const tiles = toTiles(net, x, side)
      return fromTiles(net, upsampleConv(net, 'c', tiles, { above: edge, below: edge }, 6))
    }
    expect(await compare({ height, width }, whole, folded)).toBeLessThan(1e-6)
  })

  it.each([
    { side: 1, to: 6, from: 6 },
    { side: 1, to: 6, from: 12 },
    { side: 4, to: 6, from: 6 },
    { side: 4, to: 6, from: 12 },
    { side: 4, to: 6, from: 24 },
    { side: 4, to: 6, from: 3 },
  ])('adds repeated channels, shuffled into place: side $side, $from channels to $to', async ({ side, to, from }) => {
    const wide = (net: Net, x: Value): Value =>
      net.b.concat(
        [x, net.b.scale(x, 2), net.b.scale(x, 3), net.b.scale(x, 5), net.b.scale(x, 7)].slice(0, Math.ceil(from / 5)),
        1,
      )
    const source = (net: Net, x: Value): Value => net.b.slice(wide(net, x), 1, 0, from)
    const folded = (net: Net, x: Value): Value => {
      const edge = net.b.zero({ dtype: 'f32', shape: [side, from, 1, 8 / side] })
      const tiles = toTiles(net, source(net, x), side)
      return fromTiles(net, upsampleConv(net, 'c', tiles, { above: edge, below: edge }, to, true))
    }
    const expected = (net: Net, x: Value): Value => {
      const picture = source(net, x)
      const shuffled = pixelShuffle(net, repeatChannels(net, picture, (4 * to) / from), 2)
      return net.b.add(conv(net, 'c', upsampleNearest(net, picture, 2), { to, kernel: 3 }), shuffled)
    }
    expect(await compare({ height: 4, width: 8 }, expected, folded)).toBeLessThan(2e-6)
  })
})

describe('narrowConv', () => {
  it.each([1, 4])('with tiles of side %i is the 3×3 convolution to a few channels', async (side) => {
    const tiled = (net: Net, x: Value): Value => {
      const edge = nothing(net, side, 12 / side)
      return narrowConv(net, 'c', toTiles(net, x, side), { above: edge, below: edge }, 3)
    }
    expect(await compare({ height: 8, width: 12 }, (net, x) => conv(net, 'c', x, { to: 3, kernel: 3 }), tiled)).toBeLessThan(1e-6)
  })

  it('joins stripes by the rows at their edges', async () => {
    const striped = (net: Net, x: Value): Value => {
      const edge = nothing(net, 4, 2)
      const [upper, lower] = [0, 8].map((from) => toTiles(net, net.b.slice(x, 2, from, from + 8), 4))
      const above = narrowConv(net, 'c', upper!, { above: edge, below: row(net, lower!, 0) }, 3)
      const below = narrowConv(net, 'c', lower!, { above: row(net, upper!, 3), below: edge }, 3)
      return net.b.concat([above, below], 2)
    }
    expect(await compare({ height: 16, width: 8 }, (net, x) => conv(net, 'c', x, { to: 3, kernel: 3 }), striped)).toBeLessThan(
      1e-6,
    )
  })
})
