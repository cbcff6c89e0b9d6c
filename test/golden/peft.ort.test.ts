import { describe, expect, test } from 'vitest'
import { f32, type Tensor } from '../../src-main/engine/ir/tensor'
import { probeTensors } from '../../src-main/engine/jobs/probe/probe'
import { fixturePath, fixtureTensors, relativeError } from '../support/fixtures'

/** float32 arithmetic of the reference implementation is at 2e-7 for the output. */
const OUTPUT = 2e-6
/** As for all exact gradients: backward passes sum more terms. */
const GRADIENT = 3e-6

const model = fixturePath('tim-t2i')
const data = (tensor: Tensor | undefined): Float32Array => tensor?.data as Float32Array

describe.each(['lora', 'rslora', 'dora', 'ranks'])('the adapter peft/%s', (name) => {
  const cases = fixtureTensors(`peft/${name}`)
  const adapter = fixturePath('peft', name)

  test('output, and gradients for its own keys alone', async () => {
    const inputs = ['x', 't', 'r', 'y', 'cotangent']
    const tensors = Object.fromEntries(inputs.map((input) => [input, cases.read(input)]))
    const found = await probeTensors('transformer', { model, adapter, tensors })
    expect(Object.keys(found).sort()).toEqual(cases.names.filter((key) => !inputs.includes(key)).sort())
    for (const [key, tensor] of Object.entries(found)) {
      expect(relativeError(data(tensor), cases.f32(key).data), key).toBeLessThan(key === 'out' ? OUTPUT : GRADIENT)
    }
  })

  test.runIf(['lora', 'dora'].includes(name))(
    'the transition loss: dF/dt by both ways, and gradients that follow from those of the output',
    async () => {
      const loss = fixtureTensors('loss')
      const tensors = Object.fromEntries(['x', 'z', 'y', 't', 'r'].map((input) => [input, loss.read(input)]))
      const options = { n_diffusion: 1, weight_time_type: 'constant' }
      const by = (derivative_type: string): Promise<Record<string, Tensor>> =>
        probeTensors('loss', { model, adapter, tensors, options: { ...options, derivative_type } })
      const [exact, difference] = [await by('jvp'), await by('dde')]
      expect(relativeError(data(difference['dF_dt']), data(exact['dF_dt']))).toBeLessThan(1e-3)

      // total = mean of L/(stopgrad(L) + 1e-5), L = mse(F, F̂): its cotangent at F, pulled back by the transformer's own gradients.
      const [F, target] = [data(exact['F']), data(exact['F_target'])]
      const batch = loss.f32('t').data.length
      const size = F.length / batch
      const cotangent = new Float64Array(F.length)
      for (let sample = 0; sample < batch; sample++) {
        const errors = Array.from({ length: size }, (_, i) => (F[sample * size + i] ?? 0) - (target[sample * size + i] ?? 0))
        const mse = errors.reduce((sum, e) => sum + e * e, 0) / size
        errors.forEach((e, i) => (cotangent[sample * size + i] = (2 * e) / size / (mse + 1e-5) / batch))
      }
      const [x, z, t] = ['x', 'z', 't'].map((input) => loss.f32(input))
      const xt = x!.data.map((value, i) => {
        const at = t!.data[Math.floor(i / size)] ?? 0
        return (1 - at) * value + at * (z!.data[i] ?? 0)
      })
      const point = { x: f32(x!.shape, xt), t: t!, r: loss.read('r'), y: loss.read('y'), cotangent: f32(x!.shape, cotangent) }
      const pulled = await probeTensors('transformer', { model, adapter, tensors: point })
      const keys = Object.keys(exact).filter((key) => key.startsWith('grad.'))
      expect(keys.sort()).toEqual(cases.names.filter((key) => key.startsWith('grad.')).sort())
      for (const key of keys) expect(relativeError(data(exact[key]), data(pulled[key])), key).toBeLessThan(1e-5)
    },
  )
})
