import { describe, expect, test } from 'vitest'
import type { Provider } from '../../shared/schema/recipe'
import { checkDevice } from '../../src-main/engine/jobs/health/check-device'
import { probeTensors } from '../../src-main/engine/jobs/probe/probe'
import { absenceOf } from '../../src-main/engine/runtime/devices'
import { fixturePath, fixtureTensors, relativeError } from '../support/fixtures'

/** Devices that a machine has or has not. Where one is absent its tests are skipped, and their name says why. */
const OPTIONAL: readonly Provider[] = ['cuda', 'dml', 'coreml']

/** What a device may be off in float32. */
const TOLERANCE = 2e-3

for (const provider of OPTIONAL) {
  const absence = absenceOf(provider)
  describe.skipIf(absence !== undefined)(`${provider}${absence === undefined ? '' : `, skipped: ${absence}`}`, () => {
    test('passes its self-tests', async () => {
      expect(await checkDevice(provider)).toMatchObject({ provider, works: true })
    })

    test('runs the network, the text encoder and the decoder as the reference does', async () => {
      const runs = [
        { component: 'transformer', folder: 'tim-t2i', at: '0.', inputs: ['x', 't', 'r', 'y'], output: 'out' },
        { component: 'text', folder: 'gemma3', at: '1.', inputs: ['ids', 'mask'], output: 'last_hidden_state' },
        { component: 'decoder', folder: 'dc-ae', at: 'dec0.', inputs: ['latent'], output: 'image' },
      ] as const
      for (const { component, folder, at, inputs, output } of runs) {
        const tensors = fixtureTensors(folder)
        const given = Object.fromEntries(inputs.map((name) => [name, tensors.read(at + name)]))
        const found = await probeTensors(component, { model: fixturePath(folder), tensors: given, provider })
        const want = tensors.f32(at + output).data
        expect(relativeError(found[output]?.data as Float32Array, want), component).toBeLessThan(TOLERANCE)
      }
    })
  })
}
