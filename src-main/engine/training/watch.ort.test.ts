import { describe, expect, test } from 'vitest'
import { FinetuneConfig } from '#shared/schema/run'
import { RandomStream } from '../diffusion/noise/random-stream'
import { createBuilder } from '../ops/table'
import { openSession } from '../runtime/session'
import { outOfMemory, smallerChoices } from './memory-error'
import { sampleLoss } from './validation'
import { RunWatch } from './watch'

const config = (given: object = {}) => FinetuneConfig.parse({ name: 'a', images: 'b', training: { steps: 10 }, ...given })

/** Steps of one sample each; `lossOf` says what a long transition costs. */
function watched(run: FinetuneConfig, lossOf: (step: number, usual: number) => number) {
  const watch = new RunWatch(run, 1)
  const random = new RandomStream(1)
  const warnings = []
  for (let step = 1; step <= 200; step++) {
    const [t, r] = step % 2 === 0 ? [0.9, 0.2] : [0.5, 0.5]
    const usual = 0.8 + 0.4 * random.uniform()
    const loss = step % 2 === 0 ? lossOf(step, usual) : usual
    warnings.push(watch.step({ step, loss, samples: [{ t, r, loss }] }) ?? [])
  }
  return warnings.flat()
}

describe('spikes at large t − r', () => {
  const spiking = (step: number, usual: number) => (step > 100 && step % 10 === 0 ? 30 * usual : usual)

  test('are told once, with the weighting of the paper where it is not used', () => {
    const warnings = watched(config({ objective: { weighting: { type: 'constant' } } }), spiking)
    expect(warnings.map(({ kind }) => kind)).toEqual(['long-step-spikes'])
    expect(warnings[0]?.remedy).toContain('weighting "sqrt" of t − r, stretched by "tangent"')
  })

  test('lead to another mixture, then to a lower rate', () => {
    expect(watched(config(), spiking)[0]?.remedy).toContain('larger share (0.5 → 0.7)')
    const mixed = config({ training: { steps: 10, mixture: { diffusion: 0.7, consistency: 0.1 } } })
    expect(watched(mixed, spiking)[0]?.remedy).toContain('Lower the learning rate')
  })

  test('are not seen in losses that only vary, nor in one outlier', () => {
    expect(watched(config(), (_, usual) => 3 * usual)).toEqual([])
    expect(watched(config(), (step, usual) => (step === 150 ? 50 * usual : usual))).toEqual([])
  })
})

test('a validation loss that no longer falls is a plateau; one that rises is learning by heart', () => {
  const tell = (losses: readonly number[]) => {
    const watch = new RunWatch(config(), 1)
    return losses.flatMap((loss, i) => watch.validation(i, loss) ?? [])
  }
  expect(tell([1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3])).toEqual([])
  const flat = tell([1, 0.5, 0.5, 0.501, 0.5, 0.4999, 0.5, 0.5, 0.5])
  expect(flat.map(({ step, kind }) => [step, kind])).toEqual([[6, 'plateau']])
  expect(flat[0]?.remedy).toContain('a tenth of the learning rate')
  expect(tell([0.5, 0.55, 0.6, 0.65, 0.7, 0.75])[0]?.remedy).toContain('by heart')
})

test('memory that runs out is explained with what needs less, the cheapest first', async () => {
  const b = createBuilder()
  // Four terabytes.
  const graph = b.graph({ y: b.reduceSum(b.expand(b.input('x', 'f32', [1, 1]), [2 ** 20, 2 ** 20]), [0, 1]) })
  const session = await openSession(graph)
  const choices = { batch: 4, keep: 'products', side: 512, rank: 16 } as const
  const error = await session
    .run({ x: { dtype: 'f32', shape: [1, 1], data: Float32Array.of(1) } })
    .catch((reason: unknown) => outOfMemory(reason, choices))
  await session.release()
  expect(error).toMatchObject({ code: 'training.memory' })
  expect((error as { remedy?: string }).remedy).toMatch(/keep: "nothing".*a batch of 2.*256 pixels.*rank 8/)
  expect(outOfMemory(new Error('something else'), choices)).toBeUndefined()
  expect(smallerChoices({ ...choices, keep: 'nothing', batch: 1, rank: 4 }).map(({ change }) => change)).toEqual([
    'pictures of 256 pixels a side (resolution)',
  ])
})

test('the loss of a sample is that of the objective', () => {
  // Two channels, two cells: F = (1,0), (3,4); F̂ = (0,1), (3,4).
  const F = Float32Array.of(1, 3, 0, 4)
  const target = Float64Array.of(0, 3, 1, 4)
  expect(sampleLoss(F, target, 2, false)).toBeCloseTo(0.5)
  expect(sampleLoss(F, target, 2, true)).toBeCloseTo(0.5 + 0.5)
})
