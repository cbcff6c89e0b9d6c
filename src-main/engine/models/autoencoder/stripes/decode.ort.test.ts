import { expect, test } from 'vitest'
import { f32 } from '../../../ir/tensor'
import { createBuilder } from '../../../ops/table'
import { readConfig } from '../../../weights/component'
import { openFolder } from '../../../weights/open-weights'
import { fixturePath, relativeError } from '../../../../../test/support/fixtures'
import { DcAeConfig } from '../../dc-ae/config'
import { dcAeStripes } from '../../dc-ae/striped-decoder'
import { openAutoencoder } from '../open'
import { Sessions } from './sessions'
import { decodeInStripes, STRIPE_BYTES, type StripedDesign } from './decode'

const config = readConfig(fixturePath('dc-ae', 'config.json'), DcAeConfig)
const weights = openFolder(fixturePath('dc-ae'))
const latent = f32(
  [2, config.latent_channels, 1, 1],
  Array.from({ length: 2 * config.latent_channels }, (_, i) => Math.sin(i)),
)

/** A decoder that asks the runtime for more than there is of an address space, unless its stripes are small. */
const greedy: StripedDesign = {
  memory: () => 0,
  factor: 1,
  keptMemory: 0,
  async decode(z, sessions, stripeBytes) {
    if (stripeBytes > STRIPE_BYTES.at(-1)!) {
      const b = createBuilder()
      const huge = b.expand(b.input('x', 'f32', [1]), [2 ** 30, 2 ** 20])
      await (await sessions.open(b.graph({ y: b.reduceSum(huge, [0, 1]) }))).run({ x: f32([1], [1]) })
    }
    return dcAeStripes(config).decode(z, sessions, stripeBytes)
  },
}

test('a decoding for which memory does not suffice is repeated in smaller stripes, and said so', async () => {
  const notes: string[] = []
  const picture = await decodeInStripes(greedy, new Sessions(weights, {}), latent, { note: (text) => notes.push(text) })
  const plain = openAutoencoder(fixturePath('dc-ae'))
  expect(relativeError(picture.data, (await plain.decode(latent)).data)).toBeLessThan(5e-6)
  await plain.release()
  expect(notes).toHaveLength(2 * (STRIPE_BYTES.length - 1))
  expect(notes[0]).toContain('smaller stripes')
})

test('a decoding stops between stripes when it is asked to', async () => {
  const stop = new AbortController()
  stop.abort(new Error('enough'))
  await expect(decodeInStripes(dcAeStripes(config), new Sessions(weights, {}), latent, { signal: stop.signal })).rejects.toThrow(
    'enough',
  )
})

test('what is wrong with the weights is no lack of memory', async () => {
  const none = { ...weights, tensors: new Map() }
  await expect(decodeInStripes(dcAeStripes(config), new Sessions(none, {}), latent, {})).rejects.toThrow(
    "has no tensor 'decoder.conv_in.weight'",
  )
})
