import { appendFileSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { RandomStream } from '../../diffusion/noise/random-stream'
import type { Builder } from '../../ir/builder'
import { nameOf, subgraphOf } from '../../ir/graph'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import type { Value } from '../../ir/value'
import { vjp } from '../../autodiff/vjp'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { AdamW, type ParameterMap } from '../../training/adamw'
import { readCheckpoint, writeCheckpoint } from '../../training/checkpoint'
import { clipFactor, globalNorm } from '../../training/clip'
import { Tally } from './tally'

const SAVE_SECONDS = 120
const LOG_STEPS = 50

/** A small network to be trained on a loss. */
export interface Fit {
  /** Name of its files in `folder`: NAME.safetensors, NAME.log.jsonl. */
  readonly name: string
  readonly folder: string
  /** Builds the scalars that are logged; `loss` is minimised. */
  readonly build: (b: Builder) => { readonly loss: Value } & Readonly<Record<string, Value>>
  /** Weights that start elsewhere than at `initialWeight`. */
  readonly start: Readonly<Record<string, Tensor<'f32'>>>
  readonly batch: (random: RandomStream) => Record<string, Tensor> | Promise<Record<string, Tensor>>
  readonly steps: number
  readonly learningRate: number
  readonly emaDecay: number
  readonly threads: number
  readonly stop: AbortSignal
}

const FitState = z.object({
  step: z.int().min(0),
  seconds: z.number(),
  random: z.object({ seed: z.number(), drawn: z.number(), lane: z.number().optional() }),
})

/** Trains with AdamW, warm-up and a cosine down to 0; goes on from a checkpoint. Returns the running average of the weights. */
export async function fit(task: Fit): Promise<Record<string, Tensor<'f32'>>> {
  mkdirSync(task.folder, { recursive: true })
  const path = join(task.folder, `${task.name}.safetensors`)
  const b = createBuilder()
  const scalars = task.build(b)
  const { params } = subgraphOf(scalars)
  const gradients = vjp(b, { outputs: [scalars.loss], cotangents: [b.scalar(1)], wrt: params })
  const outputs = Object.fromEntries(params.map((param, i) => [`grad.${nameOf(param)}`, gradients[i] ?? b.zero(param)]))
  const shapes = new Map(params.map((param) => [nameOf(param), param.shape.map(Number)]))
  const saved = existsSync(path) ? readCheckpoint(path, FitState) : undefined
  const random = saved ? RandomStream.restore(saved.state.random) : new RandomStream(11)
  const weights = Object.fromEntries(
    [...shapes].map(([key, shape]) => {
      const known = saved?.weights.get(key) ?? task.start[key]?.data.slice()
      return [key, f32(shape, known ?? initialWeight(key, shape, random))]
    }),
  )
  const parameters: ParameterMap = new Map(Object.entries(weights).map(([key, { data }]) => [key, data]))
  const average = saved?.average ?? new Map([...parameters].map(([key, data]) => [key, data.slice()]))
  const optimiser = new AdamW(parameters, { betas: [0.9, 0.99], eps: 1e-8, weightDecay: 0.01 }, saved?.optimiser)
  const session = await openSession(b.graph({ ...scalars, ...outputs }), { weights, threads: task.threads })
  let step = saved?.state.step ?? 0
  let seconds = saved?.state.seconds ?? 0
  let lastSave = Date.now()
  const save = async (): Promise<void> => {
    await writeCheckpoint(
      path,
      { weights: parameters, average, optimiser: optimiser.state, state: { step, seconds, random: random.state } },
      shapes,
    )
    lastSave = Date.now()
  }
  const tally = new Tally()
  while (step < task.steps && !task.stop.aborted) {
    const started = performance.now()
    const results = await session.run(await task.batch(random))
    const found = new Map([...shapes.keys()].map((key) => [key, results[`grad.${key}`]?.data as Float32Array]))
    const norm = globalNorm(found)
    const decay = Math.min(task.emaDecay, (1 + step) / (10 + step))
    const learningRate = task.learningRate * Math.min(1, (step + 1) / 100) * 0.5 * (1 + Math.cos((Math.PI * step) / task.steps))
    if (Number.isFinite(norm))
      optimiser.step(found, { learningRate, gradientScale: clipFactor(norm, 1), ema: { weights: average, decay } })
    step++
    seconds += (performance.now() - started) / 1000
    for (const name of Object.keys(scalars)) tally.add(name, Number(results[name]?.data[0]))
    if (step % LOG_STEPS === 0) {
      const line = { step, seconds: Math.round(seconds), ...tally.take() }
      appendFileSync(join(task.folder, `${task.name}.log.jsonl`), `${JSON.stringify(line)}\n`)
    }
    if (Date.now() - lastSave > SAVE_SECONDS * 1000) await save()
  }
  await save()
  await session.release()
  return Object.fromEntries([...shapes].map(([key, shape]) => [key, f32(shape, average.get(key) ?? [])]))
}

/** N(0, 1/fan-in) for what has a fan-in, 0 for biases. Convolutions are (O,I,kh,kw), dense layers (I,O). */
export function initialWeight(key: string, shape: readonly number[], random: RandomStream): Float32Array {
  const count = sizeOf(shape)
  if (shape.length < 2) return new Float32Array(count)
  const fanIn = shape.length === 2 ? (shape[0] ?? 1) : count / (shape[0] ?? 1)
  // The second convolution of a block starts small, so that blocks start near the identity.
  const gain = (key.endsWith('conv2.weight') ? 0.3 : 1) / Math.sqrt(fanIn)
  return random.normals(count).map((x) => x * gain)
}
