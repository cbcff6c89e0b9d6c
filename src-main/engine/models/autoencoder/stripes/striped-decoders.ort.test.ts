import { expect, test } from 'vitest'
import { nameOf, type Graph } from '../../../ir/graph'
import { f32, sizeOf, type Tensor } from '../../../ir/tensor'
import { plainNet } from '../../../nn/net'
import { createBuilder } from '../../../ops/table'
import { openSession } from '../../../runtime/session'
import { fixturePath, relativeError } from '../../../../../test/support/fixtures'
import { seededRandom } from '../../../../../test/support/mutate'
import { readConfig } from '../../../weights/component'
import { openFolder } from '../../../weights/open-weights'
import { bindWeights } from '../../../weights/bind'
import { assemble } from './assemble'
import { Sessions } from './sessions'
import { FileShelf } from './shelf'
import { dcAeDecoder } from '../../dc-ae/build'
import { DcAeConfig } from '../../dc-ae/config'
import { dcAeStripes } from '../../dc-ae/striped-decoder'
import { sdVaeDecoder } from '../../sd-vae/build'
import { SdVaeConfig } from '../../sd-vae/config'
import { sdVaeStripes } from '../../sd-vae/striped-decoder'
import type { StripedDesign } from './decode'

const noise = (shape: readonly number[]): Tensor<'f32'> => {
  const next = seededRandom(7)
  return f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => 2 * next() - 1),
  )
}

/** A decoder of the fixtures, as one graph and in stripes. */
interface Both {
  readonly latentChannels: number
  readonly graph: Graph
  readonly stripes: StripedDesign
}

function dcAe(folder: string): Both {
  const config = readConfig(fixturePath(folder, 'config.json'), DcAeConfig)
  const graph = dcAeDecoder(plainNet(createBuilder()), config)
  return { latentChannels: config.latent_channels, graph, stripes: dcAeStripes(config) }
}

function sdVae(folder: string): Both {
  const config = readConfig(fixturePath(folder, 'config.json'), SdVaeConfig)
  const graph = sdVaeDecoder(plainNet(createBuilder()), config)
  return { latentChannels: config.latent_channels, graph, stripes: sdVaeStripes(config) }
}

/** Such as no stripe or tile divides; the lowest stripes there can be, and one that holds everything. */
const CASES = [
  { folder: 'dc-ae', open: dcAe, h: 5, w: 3, bytes: 1 },
  { folder: 'dc-ae', open: dcAe, h: 3, w: 2, bytes: 2 ** 30 },
  { folder: 'dc-ae-f32c32-in', open: dcAe, h: 5, w: 2, bytes: 1 },
  { folder: 'sd-vae', open: sdVae, h: 5, w: 3, bytes: 1 },
  { folder: 'sd-vae', open: sdVae, h: 8, w: 4, bytes: 1, onDisk: true },
  { folder: 'sd-vae', open: sdVae, h: 6, w: 8, bytes: 2 ** 30 },
]

test.each(CASES)(
  '$folder decodes a latent of $h×$w in stripes of $bytes bytes as it does whole',
  async ({ folder, open, h, w, bytes, onDisk = false }) => {
    const { latentChannels, graph, stripes } = open(folder)
    const weights = openFolder(fixturePath(folder))
    const latent = noise([1, latentChannels, h, w])
    const whole = await openSession(graph, { weights: bindWeights(graph, weights), weightsAs: 'initializers' })
    const { image } = await whole.run({ latent })
    await whole.release()
    const sessions = new Sessions(weights, {})
    if (onDisk) sessions.shelf = new FileShelf(sessions.buffers)
    const striped = await assemble(await stripes.decode(latent, sessions, bytes))
    await sessions.rest()
    await sessions.release()
    expect(striped.shape).toEqual(image?.shape)
    expect(relativeError(striped.data, image?.data as Float32Array)).toBeLessThan(1e-5)
  },
)

test.each([
  { folder: 'dc-ae', open: dcAe, cells: 1 },
  { folder: 'sd-vae', open: sdVae, cells: 4 },
])('every weight of the decoder of $folder is used, and no other', async ({ folder, open, cells }) => {
  const { latentChannels, graph, stripes } = open(folder)
  const weights = openFolder(fixturePath(folder))
  const asked = new Set<string>()
  const spied = { ...weights, tensors: new Map(weights.tensors) }
  spied.tensors.get = (key) => {
    asked.add(key)
    return weights.tensors.get(key)
  }
  const sessions = new Sessions(spied, {})
  await assemble(await stripes.decode(noise([1, latentChannels, cells, cells]), sessions, 1))
  await sessions.release()
  expect([...asked].sort()).toEqual(graph.params.map(nameOf).sort())
})
