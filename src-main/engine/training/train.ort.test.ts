import { existsSync, readFileSync, rmSync, appendFileSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ToyNetwork, wave, type ToyCondition } from '../../../test/support/toy-network'
import { TransitionObjective } from '../diffusion/objective'
import { makeTransport } from '../diffusion/transports/table'
import { RELEASED_WEIGHTING } from '../diffusion/weighting'
import { f32 } from '../ir/tensor'
import { DataOrder, type DataPlace } from './data-order'
import { RunFolder } from './run-folder'
import { TrainingSettings } from './settings'
import { train } from './train'
import { Trainer, type SampleSource, type StepReport } from './trainer'

const network = new ToyNetwork()
const KEYS = ['A', 'T', 'Y', 'O']
const shapes = new Map(KEYS.map((key) => [key, network.parameters.get(key) ?? []]))
const settings = TrainingSettings.parse({ steps: 6, batch: 4, seed: 3, learningRate: 1e-2, checkpointEvery: 3, logEvery: 1 })

/** Five pictures; each sample brings its own condition. */
class Pictures implements SampleSource<ToyCondition> {
  private readonly order: DataOrder
  constructor(place?: DataPlace) {
    this.order = new DataOrder(5, 3, place)
  }
  draw(count: number): ReturnType<SampleSource<ToyCondition>['draw']> {
    const items = this.order.take(count)
    const x = items.flatMap((item) => [...wave([3, 2, 2], item).data])
    return Promise.resolve({
      x: f32([count, 3, 2, 2], x),
      condition: f32(
        [count, 2],
        items.flatMap((item) => [item / 5, 1]),
      ),
    })
  }
  get place(): Readonly<Record<keyof DataPlace, number>> {
    return this.order.place
  }
}

let path = ''
const open: TransitionObjective<ToyCondition>[] = []
const objective = (): TransitionObjective<ToyCondition> => {
  const options = { transport: makeTransport('OT_FM'), weighting: RELEASED_WEIGHTING, derivative: 'dde', epsilon: 0.005 } as const
  const made = new TransitionObjective(
    network,
    { network: network.weights() },
    { ...options, directional: true, projection: 0, trainable: KEYS },
  )
  open.push(made)
  return made
}

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'tim-train-'))
})
afterEach(async () => {
  for (const made of open.splice(0)) await made.release()
  rmSync(path, { recursive: true })
})

async function collect(steps: AsyncIterable<StepReport>): Promise<StepReport[]> {
  const reports: StepReport[] = []
  for await (const report of steps) reports.push(report)
  return reports
}

/** What a report says, but for how long it took. */
const said = ({ seconds: _seconds, ...rest }: StepReport): Omit<StepReport, 'seconds'> => rest
const logged = (folder: string): number[] =>
  readFileSync(join(folder, 'metrics.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => Number((JSON.parse(line) as StepReport).step))

test('a run that was stopped and resumed ends bit for bit where an unbroken one does', async () => {
  const whole = new Trainer(objective(), new Pictures(), settings)
  const reports = await collect(train(whole, settings, new RunFolder(join(path, 'whole'), 2), shapes))

  const folder = new RunFolder(join(path, 'broken'), 2)
  const stop = new AbortController()
  const first = train(new Trainer(objective(), new Pictures(), settings), settings, folder, shapes, stop.signal)
  for await (const { step } of first) if (step === 4) stop.abort()
  const checkpoint = await new RunFolder(join(path, 'broken'), 2).resume()
  expect(checkpoint?.state.step).toBe(4)
  const place = checkpoint?.state.place as DataPlace | undefined
  const second = new Trainer(objective(), new Pictures(place), settings, checkpoint)
  const rest = await collect(train(second, settings, folder, shapes))

  expect(rest.map(said)).toEqual(reports.slice(4).map(said))
  expect(second.checkpoint).toEqual(whole.checkpoint)
  expect(logged(join(path, 'broken'))).toEqual([1, 2, 3, 4, 5, 6])
})

test('training learns: the loss of five pictures falls', async () => {
  const long = TrainingSettings.parse({ ...settings, steps: 150, batch: 10, checkpointEvery: 1000 })
  const reports = await collect(train(new Trainer(objective(), new Pictures(), long), long, new RunFolder(path, 1), shapes))
  const mean = (part: readonly StepReport[]): number =>
    part.reduce((sum, { diffusionLoss }) => sum + (diffusionLoss ?? 0), 0) / part.length
  expect(mean(reports.slice(-30))).toBeLessThan(0.8 * mean(reports.slice(0, 30)))
})

describe('a run folder', () => {
  test('keeps the newest checkpoints and nothing half-written', async () => {
    const often = TrainingSettings.parse({ ...settings, checkpointEvery: 1, keep: 2 })
    await collect(train(new Trainer(objective(), new Pictures(), often), often, new RunFolder(path, 2), shapes))
    expect(readdirSync(path).sort()).toEqual(['checkpoint-5.safetensors', 'checkpoint-6.safetensors', 'metrics.jsonl'])
  })

  test('drops log lines that came after the checkpoint, and one that a crash cut short', async () => {
    await collect(train(new Trainer(objective(), new Pictures(), settings), settings, new RunFolder(path, 1), shapes))
    appendFileSync(join(path, 'metrics.jsonl'), '{"step":7}\n{"ste')
    await new RunFolder(path, 1).resume()
    expect(logged(path)).toEqual([1, 2, 3, 4, 5, 6])
  })

  test('saves when the listener leaves', async () => {
    for await (const { step } of train(
      new Trainer(objective(), new Pictures(), settings),
      settings,
      new RunFolder(path, 1),
      shapes,
    )) {
      if (step === 2) break
    }
    expect(existsSync(join(path, 'checkpoint-2.safetensors'))).toBe(true)
  })

  test('falls back to the checkpoint before one that was damaged, and says so where none is whole', async () => {
    await collect(train(new Trainer(objective(), new Pictures(), settings), settings, new RunFolder(path, 2), shapes))
    const damage = (step: number): void => {
      const file = join(path, `checkpoint-${step}.safetensors`)
      const bytes = readFileSync(file)
      bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1
      writeFileSync(file, bytes)
    }
    damage(6)
    expect((await new RunFolder(path, 2).resume())?.state.step).toBe(3)
    expect(logged(path)).toEqual([1, 2, 3])
    damage(3)
    await expect(new RunFolder(path, 2).resume()).rejects.toThrow('checkpoint-6.safetensors has changed since it was written')
  })

  test('is empty before the first checkpoint, its log too', async () => {
    expect(await new RunFolder(path, 1).resume()).toBeUndefined()
    appendFileSync(join(path, 'metrics.jsonl'), '{"step":1}\n{"step":2}\n')
    await new RunFolder(path, 1).resume()
    expect(readFileSync(join(path, 'metrics.jsonl'), 'utf8')).toBe('')
  })
})

test('steps without a finite gradient change nothing, and ten in a row end the run', async () => {
  const bound = objective()
  const before = structuredClone(bound.trained)
  const broken: SampleSource<ToyCondition> = {
    place: {},
    draw: (count) =>
      Promise.resolve({
        x: f32([count, 3, 2, 2], new Float32Array(count * 12)),
        condition: f32([count, 2], new Float32Array(count * 2).fill(NaN)),
      }),
  }
  const long = TrainingSettings.parse({ ...settings, steps: 100, checkpointEvery: 100 })
  const trainer = new Trainer(bound, broken, long)
  expect((await trainer.next()).updated).toBe(false)
  expect(bound.trained).toEqual(before)
  await expect(collect(train(trainer, long, new RunFolder(path, 1), shapes))).rejects.toThrow(
    '10 steps in a row had no finite loss or gradient',
  )
  expect(readdirSync(path)).toEqual(['metrics.jsonl'])
})

test('without patience the first such step stops the run before its update, names the samples and keeps the state before it', async () => {
  const bound = objective()
  let drawn = 0
  const pictures = new Pictures()
  const source: SampleSource<ToyCondition> = {
    get place() {
      return pictures.place
    },
    draw: async (count) => {
      const batch = await pictures.draw(count)
      const names = Array.from({ length: count }, () => `${++drawn}.png`)
      if (drawn > 8) batch.condition.data.fill(NaN, 2 * 2, 2 * 3)
      return { ...batch, names }
    },
  }
  const trainer = new Trainer(bound, source, TrainingSettings.parse({ ...settings, patience: 1 }))
  await trainer.next()
  await trainer.next()
  const good = structuredClone(trainer.checkpoint)
  await expect(trainer.next()).rejects.toThrow('A step had no finite loss or gradient, the last was step 3. Its samples: 11.png.')
  expect(trainer.checkpoint).toEqual(good)
})

test('a checkpoint of another network is refused by key', async () => {
  const trainer = new Trainer(objective(), new Pictures(), settings)
  const weights = new Map([...trainer.checkpoint.weights].filter(([key]) => key !== 'Y'))
  expect(() => new Trainer(objective(), new Pictures(), settings, { ...trainer.checkpoint, weights })).toThrow("lacks 'Y'")
})

describe('settings', () => {
  test.each([
    [{ steps: 0, batch: 1 }, 'steps'],
    [{ steps: 1, batch: 1, learningRate: NaN }, 'learningRate'],
    [{ steps: 1, batch: 1, mixture: { diffusion: 0.9, consistency: 0.2 } }, 'mixture'],
    [{ steps: 1, batch: 1, schedule: { warmup: 5 } }, 'schedule'],
    [{ steps: 1, batch: 1, rate: 1 }, 'rate'],
  ])('%o is refused', (given, where) => {
    const { error } = TrainingSettings.safeParse(given)
    expect(JSON.stringify(error?.issues)).toContain(where)
  })

  test('released values where nothing is said', () => {
    expect(TrainingSettings.parse({ steps: 1, batch: 1 })).toMatchObject({
      learningRate: 1e-4,
      adamw: { betas: [0.9, 0.95], eps: 1e-6, weightDecay: 0.01 },
      clip: 1,
      average: { decay: 0.9999 },
      mixture: { diffusion: 0.5, consistency: 0.1 },
    })
  })
})

test('every item comes once an epoch, in an order of its own, and the place is enough to go on', () => {
  const order = new DataOrder(7, 1)
  const epochs = [order.take(7), order.take(7)]
  for (const epoch of epochs) expect([...epoch].sort()).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(epochs[0]).not.toEqual(epochs[1])
  order.take(3)
  expect(new DataOrder(7, 1, order.place).take(9)).toEqual(order.take(9))
})
