import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { project } from '../../images/projection'
import { openModelFolder } from '../../weights/manifest'
import { colourFields } from './colour-fields'
import { keepProjection, modelProjection } from './model-projection'
import { openModel } from './open-model'
import { Previews } from './previews'
import type { DrawingModel } from './drawing-model'
import type { TimCondition } from '../../models/tim/network-graph'

const folder = join(temporaryFolder(), 'model')
const file = join(folder, 'projection.json')
let model: DrawingModel<TimCondition>

beforeAll(async () => {
  cpSync(resolve('assets/starter'), folder, { recursive: true })
  rmSync(file, { force: true })
  model = await openModel(folder, 'cpu')
})

const encode = async (...args: Parameters<NonNullable<typeof model.encode>>): ReturnType<NonNullable<typeof model.encode>> => {
  if (model.encode === undefined) throw new Error('no encoder')
  return model.encode(...args)
}

describe('the projection of the embedded model', () => {
  test('is fitted with the model’s own encoder, kept in its folder and read from there', async () => {
    await keepProjection(openModelFolder(folder))
    const stored = readFileSync(file, 'utf8')
    const again = await modelProjection(openModelFolder(folder), () => Promise.reject(new Error('it should not be fitted again')))
    expect(again.weights).toHaveLength((again.channels + 1) * again.detail ** 2 * 3)
    for (const useless of ['{"format": "tim-projection/1"}', stored.replace(/"encoder":"../, '"encoder":"zz')]) {
      writeFileSync(file, useless)
      const anew = await modelProjection(openModelFolder(folder), encode)
      expect(anew.weights).toEqual(again.weights)
      expect(readFileSync(file, 'utf8')).toBe(stored)
    }
  })

  test('shows the colours of a picture that it was not fitted to', async () => {
    const seen = colourFields(9, 128)[8]
    if (seen === undefined) throw new Error('no picture')
    const shown = project(await modelProjection(openModelFolder(folder), encode), await encode(seen))
    const side = seen.width / shown.width
    let [error, spread] = [0, 0]
    const mean = seen.rgb.reduce((sum, level) => sum + level, 0) / seen.rgb.length
    for (let y = 0; y < shown.height; y++) {
      for (let x = 0; x < shown.width * 3; x++) {
        let level = 0
        for (let dy = 0; dy < side; dy++) {
          for (let dx = 0; dx < side; dx++) {
            const at = ((y * side + dy) * seen.width + Math.floor(x / 3) * side + dx) * 3 + (x % 3)
            level += (seen.rgb[at] ?? 0) / side ** 2
          }
        }
        error += ((shown.rgb[y * shown.width * 3 + x] ?? 0) - level) ** 2
        spread += (mean - level) ** 2
      }
    }
    // Of what the pixels differ from grey, nine tenths are explained.
    expect(error / spread).toBeLessThan(0.1)
  })
})

describe('which of them is shown', () => {
  const latent = { dtype: 'f32' as const, shape: [1, 1, 1, 1], data: new Float32Array(1) }
  const whole = colourFields(1, 64)[0]
  const rough = colourFields(1, 4)[0]

  /** A model whose decoder takes `decodeMs` by the clock that `now` reads. */
  function previews(choice: 'auto' | 'full' | 'projection', decodeMs: number): Previews<string> {
    let time = 0
    const stub = {
      network: {},
      decode: async () => {
        time += decodeMs
        return Promise.resolve(whole)
      },
      project: async () => Promise.resolve(rough),
    } as unknown as DrawingModel<string>
    return new Previews(stub, choice, () => time)
  }
  const sides = async (shown: Previews<string>, steps: readonly number[]): Promise<(number | undefined)[]> => {
    const found: (number | undefined)[] = []
    for (const ms of steps) found.push((await shown.of(latent, ms))?.width)
    return found
  }

  test('as chosen', async () => {
    expect(await sides(previews('full', 1000), [1])).toEqual([64])
    expect(await sides(previews('projection', 0), [1])).toEqual([4])
  })

  test('by itself, projected until it is known what decoding costs', async () => {
    expect(await sides(previews('auto', 10), [1e6])).toEqual([4])
  })

  test('and then whole where decoding took a twentieth of the step', async () => {
    let time = 0
    const stub = { network: {}, decode: async () => Promise.resolve(whole), project: async () => Promise.resolve(rough) }
    const shown = new Previews(stub as unknown as DrawingModel<string>, 'auto', () => time)
    await shown.timed(latent, async () => {
      time += 10
      return Promise.resolve(colourFields(1, 64)[0] ?? Promise.reject(new Error()))
    })
    expect(await sides(shown, [199, 200])).toEqual([4, 64])
  })
})

test('a projection is written beside the model, which stays the same model', () => {
  expect(existsSync(file)).toBe(true)
  expect(openModelFolder(folder).sha256).toBe(openModelFolder(resolve('assets/starter')).sha256)
})
