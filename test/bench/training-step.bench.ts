import { createRequire } from 'node:module'
import type * as Ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { TransitionObjective } from '../../src-main/engine/diffusion/objective'
import { makeTransport } from '../../src-main/engine/diffusion/transports/table'
import { RELEASED_WEIGHTING } from '../../src-main/engine/diffusion/weighting'
import { f32, type Tensor } from '../../src-main/engine/ir/tensor'
import { TimConfig } from '../../src-main/engine/models/tim/config'
import { timNetworkGraph, type TimCondition } from '../../src-main/engine/models/tim/network-graph'
import { timParameters } from '../../src-main/engine/models/tim/parameters'
import { TrainingSettings } from '../../src-main/engine/training/settings'
import { Trainer, type SampleSource } from '../../src-main/engine/training/trainer'
import { inUpdateMemory } from '../../src-main/engine/training/update-memory'
import { wave } from '../support/toy-network'

/** A network of the embedded model's size: 64 tokens of 32 channels, 10 million parameters. */
const config = TimConfig.parse({
  input_size: 8,
  patch_size: 1,
  in_channels: 32,
  depth: 6,
  hidden_size: 256,
  cap_feat_dim: 384,
  num_heads: 4,
  encoder_depth: 2,
  qk_norm: true,
  new_condition: 't-r',
  use_new_embed: true,
  distance_aware: true,
  lora_hidden_size: 96,
})
const BATCH = 32

/** CPU seconds of this process, and those of them spent inside ONNX Runtime's run. */
function meter(): { readonly all: () => number; inside: number } {
  const cpu = (): number => Object.values(process.cpuUsage()).reduce((sum, part) => sum + part, 0) / 1e6
  const measured = { all: cpu, inside: 0 }
  const ort = createRequire(import.meta.url)('onnxruntime-node') as typeof Ort
  const { prototype } = ort.InferenceSession as unknown as { prototype: { run: (...given: unknown[]) => Promise<unknown> } }
  const run = prototype.run
  prototype.run = async function (...given) {
    const before = cpu()
    const result = await run.apply(this, given)
    measured.inside += cpu() - before
    return result
  }
  return measured
}

test('a training step spends at most 5 % outside of session.run', async () => {
  const shapes = timParameters(config, { projector: false })
  const start = new Map([...shapes].map(([key, shape], i) => [key, wave(shape, i, 0.05).data]))
  const network: Record<string, Tensor> = Object.fromEntries(
    [...inUpdateMemory(start, { average: true })].map(([key, data]) => [key, f32(shapes.get(key) ?? [], data)]),
  )
  const options = { transport: makeTransport('OT_FM'), weighting: RELEASED_WEIGHTING, derivative: 'dde', epsilon: 0.005 } as const
  const trainable = [...shapes.keys()]
  const objective = new TransitionObjective(
    timNetworkGraph(config),
    { network },
    { ...options, directional: true, projection: 0, trainable },
    { threads: 1 },
  )
  const samples = { x: wave([BATCH, 32, 8, 8], 1), condition: { y: wave([BATCH, 8, 384], 2) } }
  const source: SampleSource<TimCondition> = { place: {}, draw: () => Promise.resolve(samples) }
  const trainer = new Trainer(objective, source, TrainingSettings.parse({ steps: 10, batch: BATCH }))
  await trainer.next()
  const measured = meter()
  const from = measured.all()
  const steps = 3
  for (let i = 0; i < steps; i++) await trainer.next()
  const all = measured.all() - from
  const share = (all - measured.inside) / all
  const parameters = [...shapes.values()].reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0)
  console.log(
    `${(parameters / 1e6).toFixed(1)} M parameters, batch ${BATCH}: ${(all / steps).toFixed(2)} CPU seconds a step, ` +
      `${((1000 * (all - measured.inside)) / steps).toFixed(0)} ms (${(100 * share).toFixed(1)} %) outside of session.run`,
  )
  await objective.release()
  expect(share).toBeLessThan(0.05)
})
