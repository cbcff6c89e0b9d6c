import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { peakResident } from '../../../../test/support/peak-memory'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { f32, sizeOf, type Tensor } from '../../ir/tensor'
import { writeSafetensors } from '../../weights/write-safetensors'
import { TimConfig } from './config'
import { openTim } from './load'
import { PROCESS_BYTES, storedBytes, transformerMemory } from './memory'
import { openTimNetwork } from './open-network'
import { timParameters } from './parameters'

/** A network between the embedded one and the released ones: what is estimated must hold for every size, not for one. */
const config = TimConfig.parse({
  input_size: 16,
  patch_size: 1,
  in_channels: 32,
  hidden_size: 768,
  depth: 4,
  num_heads: 12,
  encoder_depth: 1,
  qk_norm: true,
  use_new_embed: true,
  distance_aware: true,
  lora_hidden_size: 128,
  cap_feat_dim: 768,
})
const CAPTION = 32
const root = temporaryFolder()

/** Numbers of no meaning: memory does not depend on them. */
const numbers = (shape: readonly number[]): Tensor<'f32'> =>
  f32(
    shape,
    Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((i * 7919) % 1000) / 25_000 - 0.02),
  )

beforeAll(async () => {
  writeFileSync(join(root, 'config.json'), JSON.stringify(config))
  const weights = [...timParameters(config, { projector: false })].map(([key, shape]) => [key, numbers(shape)] as const)
  await writeSafetensors(join(root, 'model.safetensors'), new Map(weights))
}, 120_000)

/** What one step takes above what the process had before it. */
async function peakOf(side: number, passes: 'one' | 'apart'): Promise<number> {
  const network = openTimNetwork(openTim(root), { mapped: true })
  const conditions = Array.from({ length: passes === 'one' ? 1 : 2 }, () => ({ y: numbers([1, CAPTION, 768]) }))
  const x = numbers([1, 32, side, side])
  const bytes = await peakResident(() => network.predict(x, Float64Array.of(0.7), Float64Array.of(0.3), conditions))
  await network.release()
  return bytes
}

// A process keeps what it took, and a later run uses it again: so the one with most activations first, since weights alone are mapped anew.
test.runIf(process.platform === 'linux').each([
  [48, 'apart'],
  [16, 'one'],
] as const)('%i² tokens, passes %s: within a tenth of what the process takes', { timeout: 120_000 }, async (side, passes) => {
  // What any network needs is there from here on, and counted by what a process takes.
  if (side === 48) await peakOf(4, 'one')
  const run = { weights: storedBytes(openTim(root)), tokens: side ** 2, passes, captionTokens: CAPTION, streamed: false }
  const estimate = transformerMemory(config, run)
  const measured = PROCESS_BYTES + (await peakOf(side, passes))
  expect(Math.abs(estimate / measured - 1), `estimated ${estimate}, measured ${measured}`).toBeLessThan(0.1)
})
