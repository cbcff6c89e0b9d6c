import { describe, expect, test } from 'vitest'
import { probeTensors } from '../../src-main/engine/jobs/probe/probe'
import { fixturePath, fixtureTensors, relativeError } from '../support/fixtures'

/** float32 arithmetic of the reference implementation is at 2e-7 for the output. */
const OUTPUT = 2e-6
/** As for all exact gradients: backward passes sum more terms. */
const GRADIENT = 3e-6

describe.each(['lora', 'rslora', 'dora', 'ranks'])('the adapter peft/%s', (name) => {
  test('output, and gradients for its own keys alone', async () => {
    const cases = fixtureTensors(`peft/${name}`)
    const inputs = ['x', 't', 'r', 'y', 'cotangent']
    const found = await probeTensors('transformer', {
      model: fixturePath('tim-t2i'),
      adapter: fixturePath('peft', name),
      tensors: Object.fromEntries(inputs.map((input) => [input, cases.read(input)])),
    })
    expect(Object.keys(found).sort()).toEqual(cases.names.filter((key) => !inputs.includes(key)).sort())
    for (const [key, { data }] of Object.entries(found)) {
      expect(relativeError(data as Float32Array, cases.f32(key).data), key).toBeLessThan(key === 'out' ? OUTPUT : GRADIENT)
    }
  })
})
