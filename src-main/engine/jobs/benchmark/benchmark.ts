import type { Tensor } from '../../ir/tensor'
import { sizeOf } from '../../ir/tensor'
import type { DrawingModel } from '../generate/drawing-model'

/** What a measurement was of. `size` is width × height in pixels, `null` where none matters. */
export interface Measured {
  readonly what: 'load' | 'prompt' | 'pass' | 'guided pass' | 'decode'
  readonly size: { readonly width: number; readonly height: number } | null
  /** Wall time of the first run, which pays for what is opened or packed at first use, and the best of those after it. */
  readonly firstMs: number
  readonly ms: number
}

export interface BenchmarkPlan {
  readonly sizes: readonly { readonly width: number; readonly height: number }[]
  /** Runs after the first. */
  readonly runs: number
  /** What the conditions come from; the prompt is made new for each run, so that no stored features answer. */
  readonly prompt: string
  readonly classId: number | undefined
}

/** Milliseconds of a clock that only goes forward. */
export type Clock = () => number

/**
 * What one picture is made of, timed on this machine: loading, the prompt, one pass of the network without and with guidance,
 * and the decoder. Times are walls, in milliseconds. Throws what the model throws, Error where `signal` is aborted.
 */
export async function* benchmark<C>(
  open: () => Promise<DrawingModel<C>>,
  plan: BenchmarkPlan,
  now: Clock,
  signal: AbortSignal,
): AsyncGenerator<Measured, void, undefined> {
  const timed = async (
    what: Measured['what'],
    size: Measured['size'],
    runs: number,
    work: () => Promise<unknown>,
  ): Promise<Measured> => {
    const times: number[] = []
    for (let i = 0; i <= runs; i++) {
      await new Promise(setImmediate)
      signal.throwIfAborted()
      const from = now()
      await work()
      times.push(now() - from)
    }
    const [firstMs = 0, ...rest] = times
    return { what, size, firstMs, ms: rest.length === 0 ? firstMs : Math.min(...rest) }
  }
  let opened: DrawingModel<C> | undefined
  yield await timed('load', null, 0, async () => (opened = await open()))
  if (!opened) throw new TypeError('the model was opened')
  const model = opened
  try {
    let asked = 0
    const words = plan.classId === undefined ? {} : { classId: plan.classId }
    const conditions = () => model.conditionsOf({ prompt: `${plan.prompt} ${asked++}`, negativePrompt: '', ...words })
    yield await timed('prompt', null, plan.runs, conditions)
    const { condition, nullCondition } = await conditions()
    for (const size of plan.sizes) {
      const x = latentOf(model, size)
      const { max, min } = model.transport.time
      // Times differ from run to run, as they do from step to step: what depends on them is computed anew.
      const predict = (given: readonly C[]) => {
        const t = model.transport.networkTime(min + (max - min) * (0.5 + 0.4 * Math.sin(asked++)))
        return model.network.predict(x, Float64Array.of(t), Float64Array.of(model.transport.networkTime(min)), given)
      }
      yield await timed('pass', size, plan.runs, () => predict([condition]))
      yield await timed('guided pass', size, plan.runs, () => predict([condition, nullCondition]))
      yield await timed('decode', size, plan.runs, () => model.decode(x))
    }
  } finally {
    await model.release()
  }
}

/** A latent that is neither zero nor constant. Shape: (1,C,h,w). */
function latentOf<C>(
  model: DrawingModel<C>,
  { width, height }: { readonly width: number; readonly height: number },
): Tensor<'f32'> {
  const shape = model.latentShape(width, height)
  return { dtype: 'f32', shape, data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(i * 0.7)) }
}
