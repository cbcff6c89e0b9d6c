import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import type { RandomStream } from '../../diffusion/noise/random-stream'
import type { TimePairs } from '../../diffusion/pairs/pairs'
import { f32 } from '../../ir/tensor'
import { TimConfig } from '../../models/tim/config'
import { rateAt, trainTim } from './train-tim'
import type { TimRun } from './tim-config'

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
const run: TimRun = { samples: 3200, batch: 16, learningRate: 3e-3, warmupSamples: 320, flowShare: 0.6, emaDecay: 0.9, seed: 1 }

/** Two pictures that their captions tell apart. */
const batches = {
  draw(times: TimePairs, random: RandomStream) {
    const count = times.t.length
    const kinds = Array.from({ length: count }, () => (random.uniform() < 0.5 ? -1 : 1))
    return {
      ...times,
      x: f32(
        [count, 4, 2, 2],
        kinds.flatMap((kind) => Array.from({ length: 16 }, (_, i) => kind * Math.cos(i))),
      ),
      z: f32([count, 4, 2, 2], random.normals(count * 16)),
      condition: {
        y: f32(
          [count, 1, 8],
          kinds.flatMap((kind) => Array.from({ length: 8 }, (_, i) => kind * Math.sin(i))),
        ),
      },
    }
  },
}

interface Line {
  readonly samples: number
  readonly phase: string
  readonly flowLoss: number
  readonly transitionLoss?: number
}

describe('trainTim', () => {
  const folder = temporaryFolder()
  const lines = (): Line[] =>
    readFileSync(join(folder, 'tim.log.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Line)

  it('learns the flow first, then transitions, and the loss falls', async () => {
    await trainTim({ config, run, batches, folder, threads: 1, stop: new AbortController().signal })
    const log = lines()
    expect(log.map(({ phase }) => phase)).toEqual([
      'flow',
      'flow',
      'flow',
      'flow',
      'transition',
      'transition',
      'transition',
      'transition',
    ])
    expect(log[7]?.flowLoss).toBeLessThan(0.6 * (log[0]?.flowLoss ?? 0))
    // Transitions count from their phase on, as finite numbers.
    expect(log.map(({ transitionLoss }) => Number.isFinite(transitionLoss))).toEqual(
      log.map(({ phase }) => phase === 'transition'),
    )
  })

  it('goes on where it stopped', async () => {
    const stop = new AbortController()
    stop.abort()
    await trainTim({ config, run, batches, folder, threads: 1, stop: stop.signal })
    await trainTim({ config, run: { ...run, samples: 4000 }, batches, folder, threads: 1, stop: new AbortController().signal })
    expect(lines().at(-1)?.samples).toBe(4000)
  })
})

describe('rateAt', () => {
  it('warms up, holds, and falls to nothing', () => {
    expect([0, 144, 304, 1900, 2560, 3200].map((samples) => Number((rateAt(run, samples) / 3e-3).toFixed(3)))).toEqual([
      0.05, 0.5, 1, 1, 0.5, 0,
    ])
  })
})
