import { describe, expect, test } from 'vitest'
import { probeTensors } from '../../src-main/engine/jobs/probe/probe'
import { fixtureCases, fixturePath, fixtureTensors, relativeError } from '../support/fixtures'

/** float32 arithmetic of the parts is at 2e-7 to 1e-6; they follow one another here. */
const TOLERANCE = 5e-6

describe('from token ids to pixels', () => {
  const tensors = fixtureTensors('pipeline')
  const { num_steps, cfg_scale } = fixtureCases<{ num_steps: number; cfg_scale: number }>('pipeline')
  const inputs = Object.fromEntries(['ids', 'mask', 'null_ids', 'null_mask', 'z'].map((name) => [name, tensors.read(name)]))
  const found = probeTensors('pipeline', { model: fixturePath(), tensors: inputs, options: { num_steps, cfg_scale } })

  test.each(['y', 'y_null', 'trajectory', 'image'])('%s', async (name) => {
    const value = (await found)[name]
    expect(value?.shape).toEqual(tensors.f32(name).shape)
    expect(relativeError((value?.data ?? []) as Float32Array, tensors.f32(name).data)).toBeLessThan(TOLERANCE)
  })

  test('image_u8: at most one step off, in at most one value of a thousand', async () => {
    const want = tensors.read('image_u8').data
    const off = [...((await found)['image_u8']?.data ?? [])].map((value, i) => Math.abs(Number(value) - Number(want[i])))
    expect(off.length).toBe(want.length)
    expect(Math.max(...off)).toBeLessThanOrEqual(1)
    expect(off.filter((step) => step > 0).length).toBeLessThanOrEqual(want.length / 1000)
  })
})

interface Case {
  readonly case: number | string
}

describe('probe', () => {
  test.each(['gemma3', 'bert'])('text: %s', async (folder) => {
    const tensors = fixtureTensors(folder)
    for (const { case: name } of fixtureCases<Case[]>(folder)) {
      const given = { ids: tensors.read(`${name}.ids`), mask: tensors.read(`${name}.mask`) }
      const { last_hidden_state: states } = await probeTensors('text', { model: fixturePath(folder), tensors: given })
      const want = tensors.f32(`${name}.last_hidden_state`)
      expect(relativeError((states?.data ?? []) as Float32Array, want.data), `case ${name}`).toBeLessThan(TOLERANCE)
    }
  })

  test('encoder and decoder', async () => {
    const tensors = fixtureTensors('sd-vae')
    const model = fixturePath('sd-vae')
    const { mean, logvar } = await probeTensors('encoder', { model, tensors: { image: tensors.read('enc1.image') } })
    expect(relativeError(mean?.data as Float32Array, tensors.f32('enc1.mean').data)).toBeLessThan(TOLERANCE)
    expect(relativeError(logvar?.data as Float32Array, tensors.f32('enc1.logvar').data)).toBeLessThan(TOLERANCE)
    const { image } = await probeTensors('decoder', { model, tensors: { latent: tensors.read('dec1.latent') } })
    expect(relativeError(image?.data as Float32Array, tensors.f32('dec1.image').data)).toBeLessThan(TOLERANCE)
  })

  test.each([
    ['text', 'sd-vae', 'model_type'],
    ['text', 'tim-t2i', 'model_type'],
    ['decoder', 'gemma3', 'no autoencoder known here'],
  ] as const)('%s with the folder of %s says what is wrong', async (component, folder, why) => {
    const tensors = fixtureTensors(component === 'text' ? 'gemma3' : 'dc-ae')
    const given =
      component === 'text'
        ? { ids: tensors.read('0.ids'), mask: tensors.read('0.mask') }
        : { latent: tensors.read('dec0.latent') }
    await expect(probeTensors(component, { model: fixturePath(folder), tensors: given })).rejects.toThrow(why)
  })
})
