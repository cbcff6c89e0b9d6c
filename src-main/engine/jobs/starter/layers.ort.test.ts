import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { f32, sizeOf, tensor, type Tensor } from '../../ir/tensor'
import { writeSafetensors } from '../../weights/write-safetensors'
import { autoencoderConfig, openEncoder } from './latents'
import { latentsOf, makeLayers, openLayers } from './layers'
import { layOut, PICTURE } from './lay-out'
import { styles } from './palette'
import type { Pictures } from './pictures'
import { arrangements, CELL, SIDE, type ArrangementName } from './places'
import { SmallRandom } from './random'
import type { Scene } from './scenes'

const random = new SmallRandom(4)
const COUNT = 2 * styles.length

function drawings(side: number): Tensor<'u8'> {
  const shape = [COUNT, side, side, 4]
  return tensor(
    'u8',
    shape,
    Uint8Array.from({ length: sizeOf(shape) }, () => random.below(256)),
  )
}

/** Two things of colourful noise. */
const pictures: Pictures = {
  art: { home: drawings(SIDE), small: drawings(CELL) },
  spare: { home: drawings(SIDE), small: drawings(CELL) },
}

it('puts the latent of any scene together, as if its picture had been encoded', async () => {
  const folder = temporaryFolder()
  const { channels, factor } = autoencoderConfig
  const weight = (shape: readonly number[]): Tensor<'f32'> =>
    f32(
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => 0.1 * random.normal()),
    )
  await writeSafetensors(join(folder, 'encoder.safetensors'), {
    'patch.weight': weight([channels, 3 * factor * factor, 1, 1]),
    'patch.bias': weight([channels]),
  })
  await makeLayers(folder, pictures, 1, () => undefined)
  const scenes = (Object.keys(arrangements) as ArrangementName[]).map((arrangement, i): Scene => {
    const tinted = { concept: i % 2, tint: i % 8 }
    const things: Scene['things'] =
      arrangement === 'beside' || arrangement === 'stacked' ? [tinted, { concept: (i + 1) % 2 }] : [tinted]
    return { arrangement, things, style: i % styles.length, background: i }
  })
  const batch = new Float32Array(scenes.length * PICTURE)
  scenes.forEach((scene, i) => layOut(pictures, scene, batch.subarray(i * PICTURE, (i + 1) * PICTURE)))
  const encoder = await openEncoder(folder, 1)
  const { data } = await encoder.run(f32([scenes.length, 3, SIDE, SIDE], batch))
  await encoder.release()
  const found = latentsOf(openLayers(folder), scenes)
  expect(found.shape).toEqual([scenes.length, channels, SIDE / factor, SIDE / factor])
  const apart = found.data.reduce((worst, x, i) => Math.max(worst, Math.abs(x - (data[i] ?? NaN))), 0)
  const size = data.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0)
  expect(apart / size).toBeLessThan(1e-5)
})
