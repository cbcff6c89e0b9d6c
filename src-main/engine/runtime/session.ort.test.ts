import { afterAll, describe, expect, it } from 'vitest'
import { EngineError } from '../ir/errors'
import { f32, i64 } from '../ir/tensor'
import { createBuilder } from '../ops/table'
import { openSession } from './session'

describe('a feed', async () => {
  const b = createBuilder()
  const x = b.input('x', 'f32', ['b', 4])
  const rows = b.input('rows', 'f32', ['b', '2*h'])
  const w = b.param('w', 'f32', [4, 2])
  const session = await openSession(b.graph({ y: b.matMul(x, w), z: b.reshape(rows, ['b*h', 2]) }), {
    weights: { w: f32([4, 2], new Float32Array(8).fill(1)) },
  })
  afterAll(() => session.release())
  const good = { x: f32([3, 4], new Float32Array(12)), rows: f32([3, 6], new Float32Array(18)) }
  const fails = (feeds: Parameters<typeof session.run>[0], message: string): Promise<void> =>
    expect(session.run({ ...good, ...feeds })).rejects.toThrow(message)

  it('of the right type runs, at any size', async () => {
    expect((await session.run(good))['y']?.shape).toEqual([3, 2])
    const other = { x: f32([1, 4], [1, 2, 3, 4]), rows: f32([1, 2], [1, 2]) }
    expect([...(await session.run(other))['y']!.data]).toEqual([10, 10])
  })

  it('that is missing is named with the type it must have', async () => {
    await expect(session.run({ rows: good.rows })).rejects.toThrow(EngineError)
    await expect(session.run({ rows: good.rows })).rejects.toThrow("Input 'x' is missing.")
    await expect(session.run({ rows: good.rows })).rejects.toMatchObject({ code: 'runtime.feed', remedy: 'Give f32(b,4).' })
  })

  it('of another dtype, rank or size is refused before it runs', async () => {
    await fails({ x: i64([3, 4], Array<number>(12).fill(0)) }, "Input 'x' is i64(3,4), expected f32(b,4).")
    await fails({ x: f32([12], new Float32Array(12)) }, "Input 'x' is f32(12), expected f32(b,4).")
    await fails({ x: f32([3, 5], new Float32Array(15)) }, "Input 'x' is f32(3,5), expected f32(b,4).")
  })

  it('that disagrees with another about a symbol is refused', async () => {
    await fails({ rows: f32([2, 6], new Float32Array(12)) }, "Input 'rows' is f32(2,6), expected f32(b,2*h).")
  })

  it('whose size is no multiple of what its axis says is refused', async () => {
    await fails({ rows: f32([3, 5], new Float32Array(15)) }, "Input 'rows' is f32(3,5), expected f32(b,2*h).")
  })

  it('may replace a weight for one run', async () => {
    const doubled = {
      ...good,
      x: f32([1, 4], [1, 1, 1, 1]),
      rows: f32([1, 2], [0, 0]),
      w: f32([4, 2], new Float32Array(8).fill(2)),
    }
    expect([...(await session.run(doubled))['y']!.data]).toEqual([8, 8])
  })
})
