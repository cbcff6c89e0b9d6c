import { readFileSync } from 'node:fs'
import { f32, sizeOf } from '../../src-main/engine/ir/tensor'
import { openAutoencoder } from '../../src-main/engine/models/autoencoder/open'
import { peakMemory } from '../support/peak-memory'
import { seededRandom } from '../support/mutate'

/**
 * Decodings of one random latent in a process of its own: prints its peak PSS, what was foretold of it, what it takes between pictures, and the
 * seconds of each.
 */
const [folder = '', side = '512', times = '1'] = process.argv.slice(2)
const autoencoder = openAutoencoder(folder)
const cells = Number(side) / autoencoder.factor
const shape = [1, autoencoder.latentChannels, cells, cells]
const next = seededRandom(sizeOf(shape))
const latent = f32(
  shape,
  Float32Array.from({ length: sizeOf(shape) }, () => 2 * next() - 1),
)
const pss = (): number => 1024 * Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8'))?.[1])
const seconds: number[] = []
const before = pss()
const { pss: peak } = await peakMemory(async () => {
  for (let i = 0; i < Number(times); i++) {
    const from = performance.now()
    await autoencoder.decode(latent)
    seconds.push((performance.now() - from) / 1000)
  }
})
const foretold = autoencoder.decodeMemory(Number(side), Number(side), 'largest')
console.log(JSON.stringify({ peak: before + peak, kept: pss(), foretold, seconds }))
await autoencoder.release()
