import { readFileSync } from 'node:fs'
import { f32, sizeOf, type Tensor } from '../../src-main/engine/ir/tensor'
import { estimateMemory } from '../../src-main/engine/jobs/generate/estimate-memory'
import { openTim } from '../../src-main/engine/models/tim/load'
import { openTimNetwork } from '../../src-main/engine/models/tim/open-network'
import { alwaysApart, alwaysJoined } from '../../src-main/engine/models/tim/pass-choice'
import { peakMemory } from '../support/peak-memory'
import { seededRandom } from '../support/mutate'

/** Guided steps in a process of its own: prints its peak PSS, what was estimated before, and F of the last step's conditions. */
const [folder = '', side = '1024', way = 'resident', steps = '2'] = process.argv.slice(2)
const CAPTION = 32
const next = seededRandom(3)
const random = (shape: readonly number[]): Tensor<'f32'> =>
  f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => 2 * (next() + next() + next() - 1.5)),
  )
const cells = Number(side) / 32
const checkpoint = openTim(folder)
const x = random([1, checkpoint.config.in_channels, cells, cells])
const captions = [1, 2].map(() => ({
  y: random([1, CAPTION, 'cap_feat_dim' in checkpoint.config ? checkpoint.config.cap_feat_dim : 1]),
}))
const streamed = way === 'streamed'
const estimate = estimateMemory(checkpoint, {
  height: cells,
  width: cells,
  captionTokens: CAPTION,
  guided: way === 'joined',
  streamed,
  // The decoder does not take part.
  decode: 0,
})
const [, before = '0'] = /^Pss:\s+(\d+) kB/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8')) ?? []
const network = openTimNetwork(checkpoint, { streamed, passes: way === 'joined' ? alwaysJoined : alwaysApart })
let F: readonly Tensor<'f32'>[] = []
const { pss } = await peakMemory(async () => {
  for (let i = 0; i < Number(steps); i++)
    F = await network.predict(x, Float64Array.of(0.7 - i / 100), Float64Array.of(0.3), captions)
})
await network.release()
const values = F.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'))
console.log(JSON.stringify({ peak: pss + Number(before) * 1024, estimate: estimate.bytes, weights: estimate.weights, values }))
