import { readFileSync } from 'node:fs'
import { f32, sizeOf, type Tensor } from '../../src-main/engine/ir/tensor'
import { estimateMemory, weightBytes } from '../../src-main/engine/jobs/generate/estimate-memory'
import { openTim } from '../../src-main/engine/models/tim/load'
import type { TimCondition } from '../../src-main/engine/models/tim/network-graph'
import { openTimNetwork } from '../../src-main/engine/models/tim/open-network'
import { alwaysApart, alwaysJoined } from '../../src-main/engine/models/tim/pass-choice'
import { peakMemory } from '../support/peak-memory'
import { seededRandom } from '../support/mutate'

/**
 * Steps in a process of its own: prints its peak PSS, what was estimated before, and F of the last step's conditions. `way`: one pass
 * a step, or two for guidance, apart or joined; or those of a network that is streamed.
 */
const [folder = '', side = '1024', way = 'apart', steps = '2'] = process.argv.slice(2)
const CAPTION = 32
const next = seededRandom(3)
const random = (shape: readonly number[]): Tensor<'f32'> =>
  f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, () => 2 * (next() + next() + next() - 1.5)),
  )
const checkpoint = openTim(folder)
const cells = Number(side) / (checkpoint.config.in_channels === 4 ? 8 : 32)
const x = random([1, checkpoint.config.in_channels, cells, cells])
const streamed = way === 'streamed'
const passes = way === 'one' || way === 'joined' ? way : 'apart'
const captions = (passes === 'one' ? [0] : [0, 1]).map((id): TimCondition =>
  'cap_feat_dim' in checkpoint.config ? { y: random([1, CAPTION, checkpoint.config.cap_feat_dim]) } : { classes: [id] },
)
const estimate = estimateMemory(checkpoint, {
  height: cells,
  width: cells,
  captionTokens: CAPTION,
  passes,
  streamed,
  // The decoder does not take part.
  decode: 0,
})
const [, before = '0'] = /^Pss:\s+(\d+) kB/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8')) ?? []
const network = openTimNetwork(checkpoint, { streamed, passes: passes === 'joined' ? alwaysJoined : alwaysApart })
let F: readonly Tensor<'f32'>[] = []
const { pss } = await peakMemory(async () => {
  await network.open()
  for (let i = 0; i < Number(steps); i++)
    F = await network.predict(x, Float64Array.of(0.7 - i / 100), Float64Array.of(0.3), captions)
})
await network.release()
const values = F.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64'))
console.log(JSON.stringify({ peak: pss + Number(before) * 1024, estimate, weights: weightBytes(checkpoint), values }))
