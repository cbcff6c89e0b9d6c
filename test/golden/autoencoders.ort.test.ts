import { describe, expect, test } from 'vitest'
import { nameOf, type Graph } from '../../src-main/engine/ir/graph'
import { zeros } from '../../src-main/engine/ir/tensor'
import { openAutoencoder } from '../../src-main/engine/models/autoencoder/open'
import { dcAeDecoder, dcAeEncoder } from '../../src-main/engine/models/dc-ae/build'
import { DcAeConfig } from '../../src-main/engine/models/dc-ae/config'
import { sdVaeDecoder, sdVaeEncoder } from '../../src-main/engine/models/sd-vae/build'
import { SdVaeConfig } from '../../src-main/engine/models/sd-vae/config'
import { plainNet } from '../../src-main/engine/nn/net'
import { createBuilder } from '../../src-main/engine/ops/table'
import { readConfig } from '../../src-main/engine/weights/component'
import { openFolder } from '../../src-main/engine/weights/open-weights'
import { fixtureCases, fixturePath, fixtureTensors, relativeError } from '../support/fixtures'

/** float32 arithmetic of the reference implementations is at 4e-7 to 1.7e-6, as each case states. */
const TOLERANCE = 5e-6

interface Case {
  readonly case: string
  readonly f32err: number
}

describe.each(['dc-ae', 'dc-ae-f32c32-in', 'sd-vae'])('%s', (folder) => {
  const tensors = fixtureTensors(folder)
  const autoencoder = openAutoencoder(fixturePath(folder))

  test.each(fixtureCases<Case[]>(folder))('$case', async ({ case: name }) => {
    if (name.startsWith('dec')) {
      const image = await autoencoder.decode(tensors.f32(`${name}.latent`))
      const want = tensors.f32(`${name}.image`)
      expect(image.shape).toEqual(want.shape)
      expect(relativeError(image.data, want.data)).toBeLessThan(TOLERANCE)
      return
    }
    const found = await autoencoder.encode(tensors.f32(`${name}.image`))
    const outputs = tensors.names.filter((key) => key.startsWith(`${name}.`) && key !== `${name}.image`)
    expect(Object.keys(found).sort()).toEqual(outputs.map((key) => key.slice(name.length + 1)).sort())
    for (const key of outputs) {
      const value = found[key.slice(name.length + 1)]
      expect(value?.shape).toEqual(tensors.f32(key).shape)
      expect(relativeError(value?.data as Float32Array, tensors.f32(key).data), key).toBeLessThan(TOLERANCE)
    }
  })

  test('sizes between the multiples of the factor are refused', async () => {
    const { factor } = autoencoder
    const shape = [1, 3, factor, factor + 1]
    await expect(autoencoder.encode(zeros('f32', shape))).rejects.toThrow(`${factor + 1}×${factor} pixels`)
    await autoencoder.release()
  })
})

test('every weight of the checkpoints has its place in one of the graphs', () => {
  const used = (graphs: Graph[]): string[] => graphs.flatMap(({ params }) => params.map(nameOf))
  const keysOf = (folder: string): string[] =>
    [...openFolder(fixturePath(folder)).tensors.keys()].filter((key) => !key.endsWith('.num_batches_tracked'))
  for (const folder of ['dc-ae', 'dc-ae-f32c32-in']) {
    const config = readConfig(fixturePath(folder, 'config.json'), DcAeConfig)
    const graphs = [dcAeEncoder, dcAeDecoder].map((build) => build(plainNet(createBuilder()), config))
    expect(used(graphs).sort(), folder).toEqual(keysOf(folder).sort())
  }
  const config = readConfig(fixturePath('sd-vae', 'config.json'), SdVaeConfig)
  const graphs = [sdVaeEncoder, sdVaeDecoder].map((build) => build(plainNet(createBuilder()), config))
  expect(used(graphs).sort()).toEqual(keysOf('sd-vae').sort())
})
