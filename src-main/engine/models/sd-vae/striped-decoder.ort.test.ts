import { expect, test } from 'vitest'
import { nameOf } from '../../ir/graph'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { plainNet } from '../../nn/net'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { fixturePath, relativeError } from '../../../../test/support/fixtures'
import { seededRandom } from '../../../../test/support/mutate'
import { readConfig } from '../../weights/component'
import { openFolder } from '../../weights/open-weights'
import { bindWeights } from '../../weights/bind'
import { assemble } from '../autoencoder/stripes/assemble'
import { Sessions } from '../autoencoder/stripes/sessions'
import { sdVaeDecoder } from './build'
import { SdVaeConfig } from './config'
import { StripedSdVaeDecoder } from './striped-decoder'

const noise = (shape: readonly number[]): Tensor<'f32'> => {
  const next = seededRandom(7)
  return f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => 2 * next() - 1),
  )
}

/** Such as no stripe or tile divides; the lowest stripes there can be, and one that holds everything. */
const CASES = [
  { folder: 'sd-vae', h: 5, w: 3, bytes: 1 },
  { folder: 'sd-vae', h: 8, w: 4, bytes: 1 },
  { folder: 'sd-vae', h: 6, w: 8, bytes: 2 ** 30 },
]

test.each(CASES)(
  '$folder decodes a latent of $h×$w in stripes of $bytes bytes as it does whole',
  async ({ folder, h, w, bytes }) => {
    const config = readConfig(fixturePath(folder, 'config.json'), SdVaeConfig)
    const weights = openFolder(fixturePath(folder))
    const latent = noise([1, config.latent_channels, h, w])
    const graph = sdVaeDecoder(plainNet(createBuilder()), config)
    const whole = await openSession(graph, { weights: bindWeights(graph, weights), weightsAs: 'initializers' })
    const { image } = await whole.run({ latent })
    await whole.release()
    const sessions = new Sessions(weights, {})
    const striped = await assemble(await new StripedSdVaeDecoder(config, sessions, bytes).decode(latent))
    await sessions.release()
    expect(striped.shape).toEqual(image?.shape)
    expect(relativeError(striped.data, image?.data as Float32Array)).toBeLessThan(1e-5)
  },
)

test('every weight of the decoder is used, and no other', async () => {
  const config = readConfig(fixturePath('sd-vae', 'config.json'), SdVaeConfig)
  const weights = openFolder(fixturePath('sd-vae'))
  const asked = new Set<string>()
  const spied = { ...weights, tensors: new Map(weights.tensors) }
  spied.tensors.get = (key) => {
    asked.add(key)
    return weights.tensors.get(key)
  }
  const sessions = new Sessions(spied, {})
  await assemble(await new StripedSdVaeDecoder(config, sessions, 1).decode(noise([1, config.latent_channels, 4, 4])))
  await sessions.release()
  expect([...asked].sort()).toEqual(sdVaeDecoder(plainNet(createBuilder()), config).params.map(nameOf).sort())
})
