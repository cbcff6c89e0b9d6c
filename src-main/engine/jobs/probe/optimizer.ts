import { z } from 'zod'
import { f32, type Tensor } from '../../ir/tensor'
import { AdamW, TORCH_ADAMW } from '../../training/adamw'
import { clipFactor, globalNorm } from '../../training/clip'
import { defineComponent } from './component'
import type { Inputs } from './inputs'
import { ProbeError } from './probe-error'

const share = z.number().min(0).lt(1)

/** AdamW with clipping and a running average, one step for each gradient given. */
export const optimizer = defineComponent({
  summary: 'p0.0, p1.0 …, g0.1, g1.1 … (one per step) → pJ.S, norm.S, emaJ.S',
  needs: { model: false, input: true, output: true, adapter: 'no' },
  options: z.object({
    lr: z.number().min(0).default(1e-3),
    betas: z.tuple([share, share]).default([TORCH_ADAMW.betas[0], TORCH_ADAMW.betas[1]]),
    eps: z.number().min(0).default(TORCH_ADAMW.eps),
    weight_decay: z.number().min(0).default(TORCH_ADAMW.weightDecay),
    clip: z.number().positive().nullable().default(1),
    ema_decay: z.number().min(0).max(1).default(0.9999),
  }),
  run: async ({ inputs, options }) => {
    const starts = startsOf(inputs)
    const copies = (): Map<string, Float32Array> => new Map(starts.map(({ data }, j) => [`${j}`, data.slice()]))
    const [weights, averages] = [copies(), copies()]
    const settings = { betas: options.betas, eps: options.eps, weightDecay: options.weight_decay }
    const adamw = new AdamW(weights, settings)
    const tensors: Record<string, Tensor> = {}
    for (let step = 1; inputs.has(`g0.${step}`); step++) {
      const gradients = new Map(starts.map(({ shape }, j) => [`${j}`, inputs.take(`g${j}.${step}`, 'f32', shape).data]))
      const norm = globalNorm(gradients)
      const gradientScale = options.clip === null ? 1 : clipFactor(norm, options.clip)
      adamw.step(gradients, { learningRate: options.lr, gradientScale, ema: { weights: averages, decay: options.ema_decay } })
      tensors[`norm.${step}`] = f32([1], [norm])
      starts.forEach(({ shape }, j) => {
        tensors[`p${j}.${step}`] = f32(shape, (weights.get(`${j}`) ?? new Float32Array()).slice())
        tensors[`ema${j}.${step}`] = f32(shape, (averages.get(`${j}`) ?? new Float32Array()).slice())
      })
    }
    if (!('norm.1' in tensors))
      throw new ProbeError('probe.input', "There is no gradient 'g0.1'.", 'Give g0.1, g1.1 … for the first step.')
    return { tensors }
  },
})

/** p0.0, p1.0, …, of any shapes. */
function startsOf(inputs: Inputs): Tensor<'f32'>[] {
  const starts: Tensor<'f32'>[] = []
  while (inputs.has(`p${starts.length}.0`)) starts.push(inputs.takeAny(`p${starts.length}.0`, 'f32'))
  if (starts.length === 0) throw new ProbeError('probe.input', "There is no parameter 'p0.0'.", 'Give p0.0, p1.0 … as f32.')
  return starts
}
