import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import type { Builder } from '../../ir/builder'
import type { Value } from '../../ir/value'
import { f32 } from '../../ir/tensor'
import { decode } from '../../models/patch-ae/build'
import type { PatchAeConfig } from '../../models/patch-ae/config'
import { fit, type Fit } from './fit'

const config: PatchAeConfig = { model_type: 'patch-ae', channels: 4, factor: 16, widths: [8, 8, 4], blocks: [1, 1, 1] }

/** A decoder of random latents learns to draw a slope of each one's first number. */
function task(folder: string): Fit {
  const build = (b: Builder): { loss: Value } => {
    const error = b.sub(decode(b, config, b.input('latent', 'f32', ['b', 4, 2, 2])), b.input('picture', 'f32', ['b', 3, 32, 32]))
    return { loss: b.reduceMean(b.mul(error, error), [0, 1, 2, 3]) }
  }
  return {
    name: 'tiny',
    folder,
    build,
    start: {},
    batch: (random) => {
      const level = random.normal()
      const latent = f32(
        [1, 4, 2, 2],
        Float32Array.from({ length: 16 }, (_, i) => (i < 4 ? level : 0)),
      )
      return {
        latent,
        picture: f32(
          [1, 3, 32, 32],
          Float32Array.from({ length: 3072 }, (_, i) => (level * (i % 32)) / 32),
        ),
      }
    },
    steps: 200,
    learningRate: 5e-3,
    emaDecay: 0.9,
    threads: 1,
    stop: new AbortController().signal,
  }
}

it('trains a small network to a fraction of its first error, and has nothing to do when asked again', async () => {
  const folder = temporaryFolder()
  const first = await fit({ ...task(folder), steps: 1 })
  const trained = await fit(task(folder))
  const again = await fit(task(folder))
  expect(again).toEqual(trained)
  const moved = (first['patch.weight']?.data ?? []).some((w, i) => Math.abs(w - (trained['patch.weight']?.data[i] ?? w)) > 1e-3)
  expect(moved).toBe(true)
  const log = readFileSync(`${folder}/tiny.log.jsonl`, 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { loss: number }).loss)
  expect(log.at(-1)).toBeLessThan(0.4 * (log[0] ?? 0))
})
