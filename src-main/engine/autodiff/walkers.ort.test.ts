import { describe, expect, it } from 'vitest'
import { f32, type Tensor } from '../ir/tensor'
import { createBuilder } from '../ops/table'
import { openSession } from '../runtime/session'
import { jvp } from './jvp'
import { vjp } from './vjp'

const ramp = (shape: number[], scale = 1): Tensor<'f32'> =>
  f32(
    shape,
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(1 + i * 1.7) * scale),
  )

describe('the walkers', () => {
  it('give the gradient of a two-layer network at any batch size from one graph', async () => {
    const b = createBuilder()
    const x = b.input('x', 'f32', ['b', 'n', 5])
    const w = b.param('w', 'f32', [5, 7])
    const scale = b.param('scale', 'f32', [7])
    const y = b.layerNormalization(b.mul(b.matMul(x, w), b.sigmoid(b.matMul(x, w))), scale, undefined, 1e-6)
    const loss = b.reduceSum(b.mul(y, b.mul(y, y)), [0, 1, 2])
    const [wGradient, scaleGradient] = vjp(b, { outputs: [loss], cotangents: [b.scalar(1)], wrt: [w, scale] })
    const wDot = b.input('wDot', 'f32', [5, 7])
    const [lossDot] = jvp(b, { outputs: [loss], inputs: [w], tangents: [wDot] })
    const session = await openSession(b.graph({ loss, wBar: wGradient!, scaleBar: scaleGradient!, lossDot: lossDot! }))
    for (const [batch, tokens] of [
      [2, 3],
      [1, 4],
    ] as const) {
      const feeds = { x: ramp([batch, tokens, 5]), w: ramp([5, 7], 0.5), scale: ramp([7]), wDot: ramp([5, 7], 0.3) }
      const at = async (step: number): Promise<number> => {
        const moved = f32(
          [5, 7],
          feeds.w.data.map((v, i) => v + step * feeds.wDot.data[i]!),
        )
        return Number((await session.run({ ...feeds, w: moved }))['loss']!.data[0])
      }
      const out = await session.run(feeds)
      const central = ((await at(1e-2)) - (await at(-1e-2))) / 2e-2
      const wBar = Float64Array.from(out['wBar']!.data as Float32Array)
      const inner = wBar.reduce((sum, g, i) => sum + g * feeds.wDot.data[i]!, 0)
      // Errors are measured against ‖w̄‖‖ẇ‖: the products nearly cancel in the sum.
      const size = Math.hypot(...wBar) * Math.hypot(...feeds.wDot.data)
      expect(Math.abs(inner - central) / size).toBeLessThan(2e-3)
      expect(Math.abs(Number(out['lossDot']!.data[0]) - inner) / size).toBeLessThan(1e-5)
      expect(out['scaleBar']!.shape).toEqual([7])
    }
    await session.release()
  })

  it('differentiates only what leads to the wanted values, and stops at stopGradient', () => {
    const b = createBuilder()
    const x = b.input('x', 'f32', [3])
    const y = b.input('y', 'f32', [3])
    const [xBar] = vjp(b, { outputs: [b.mul(b.stopGradient(x), y)], cotangents: [y], wrt: [x] })
    expect(xBar!.source.kind).toBe('zero')
    expect(() => vjp(b, { outputs: [b.mul(x, y)], cotangents: [], wrt: [x] })).toThrow(/output 0 has no cotangent/)
  })
})
