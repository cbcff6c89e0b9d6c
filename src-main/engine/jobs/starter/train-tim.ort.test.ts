import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { RandomStream } from '../../diffusion/noise/random-stream'
import { f32 } from '../../ir/tensor'
import { TimConfig } from '../../models/tim/config'
import type { TimCondition } from '../../models/tim/network-graph'
import { timParameters } from '../../models/tim/parameters'
import { TrainingSettings } from '../../training/settings'
import type { StepReport } from '../../training/trainer'
import { initialiseTim } from '../../models/tim/initialise'
import { trainTim, type TimTraining } from './train-tim'

const config = TimConfig.parse({
  input_size: 2,
  patch_size: 1,
  in_channels: 4,
  depth: 1,
  hidden_size: 32,
  cap_feat_dim: 8,
  num_heads: 2,
  encoder_depth: 1,
  qk_norm: true,
  use_new_embed: true,
  distance_aware: true,
  lora_hidden_size: 8,
})

/** Two pictures that their captions tell apart. */
const source: TimTraining['source'] = {
  place: {},
  draw(count: number, random: RandomStream) {
    const kinds = Array.from({ length: count }, () => (random.uniform() < 0.5 ? -1 : 1))
    const rows = (length: number, of: (i: number) => number): number[] =>
      kinds.flatMap((kind) => Array.from({ length }, (_, i) => kind * of(i)))
    const condition: TimCondition = { y: f32([count, 1, 8], rows(8, Math.sin)) }
    return Promise.resolve({ x: f32([count, 4, 2, 2], rows(16, Math.cos)), condition })
  },
}

const settings = (steps: number, more: object): TimTraining['settings'] =>
  TrainingSettings.parse({ steps, batch: 16, learningRate: 3e-3, logEvery: 1, checkpointEvery: 50, ...more })
const flow = settings(120, { mixture: { diffusion: 1, consistency: 0 }, average: { decay: 0.9 } })

const meanLoss = (log: readonly StepReport[]): number =>
  log.reduce((sum, { diffusionLoss }) => sum + (diffusionLoss ?? 0), 0) / log.length

describe('trainTim', () => {
  const root = temporaryFolder()
  const stop = new AbortController().signal
  const start = initialiseTim(timParameters(config, { projector: false }), new RandomStream(1))
  const lines = (phase: string): StepReport[] =>
    readFileSync(join(root, phase, 'metrics.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as StepReport)
  const train = (phase: string, from: TimTraining['from'], how: TimTraining['settings']): Promise<void> =>
    trainTim({ config, settings: how, source, folder: join(root, phase), from, threads: 1, stop })

  it('learns the flow from the weights it is given, and the loss falls', async () => {
    await train('flow', start, flow)
    const log = lines('flow')
    expect(log.every(({ transitionLoss }) => transitionLoss === null)).toBe(true)
    expect(meanLoss(log.slice(-20))).toBeLessThan(0.7 * meanLoss(log.slice(0, 10)))
  })

  it('begins the next phase with what the flow has come to, at a rate that falls to nothing', async () => {
    await train('transition', { folder: join(root, 'flow') }, settings(60, { schedule: { name: 'linear' } }))
    const log = lines('transition')
    expect(log[0]?.step).toBe(1)
    expect(meanLoss(log.slice(0, 10))).toBeLessThan(0.75 * meanLoss(lines('flow').slice(0, 10)))
    expect(log.every(({ transitionLoss }) => transitionLoss !== null)).toBe(true)
    expect(log.at(-1)?.learningRate).toBeLessThan(0.05 * 3e-3)
  })

  it('goes on where it stopped', async () => {
    await train('flow', start, { ...flow, steps: 160 })
    expect(lines('flow').map(({ step }) => step)).toEqual(Array.from({ length: 160 }, (_, i) => i + 1))
  })
})
