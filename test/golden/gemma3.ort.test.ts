import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Tensor } from '../../src-main/engine/ir/tensor'
import { i64 } from '../../src-main/engine/ir/tensor'
import { openGemma3 } from '../../src-main/engine/models/gemma3/encoder'
import { batchFeatures } from '../../src-main/engine/text/features'
import { convertWeights } from '../../src-main/engine/weights/convert'
import { openFolder } from '../../src-main/engine/weights/open-weights'
import { temporaryFolder } from '../support/temporary-folder'
import { fixtureCases, fixturePath, fixtureTensors, relativeError } from '../support/fixtures'

/** float32 arithmetic of the reference implementation is at 5e-7 to 8e-7. */
const TOLERANCE = 5e-6

interface Case {
  readonly case: number
  readonly lengths: readonly number[]
  readonly padded_to: number
}

const folder = temporaryFolder()
const tensors = fixtureTensors('gemma3')
const cases = fixtureCases<Case[]>('gemma3')
const encoder = await openGemma3(fixturePath('gemma3'))
afterAll(() => encoder.release())

const ids = (index: number): Tensor<'i64'> => tensors.read(`${index}.ids`) as Tensor<'i64'>

describe('Gemma 3', () => {
  test.each(cases)('case $case, lengths $lengths: all states, padding included', async ({ case: index }) => {
    const found = await encoder.run(ids(index), tensors.read(`${index}.mask`) as Tensor<'i64'>)
    for (const name of ['last_hidden_state', 'hidden_states.-2']) {
      const want = tensors.f32(`${index}.${name}`)
      expect(found[name]?.shape).toEqual(want.shape)
      expect(relativeError(found[name]?.data ?? [], want.data), name).toBeLessThan(TOLERANCE)
    }
  })

  test('prompts encoded alone and filled with the padding vector are the batch of the reference', async () => {
    const [, batch] = cases
    const all = ids(1)
    const prompts = batch!.lengths.map((length, row) =>
      Array.from(all.data.slice(row * batch!.padded_to, row * batch!.padded_to + length), Number),
    )
    const encoded = []
    for (const prompt of prompts) encoded.push(await encoder.encode(prompt))
    const filled = batchFeatures(
      encoded.map(({ features }) => features),
      encoded[0]!.padding,
    )
    const longest = Math.max(...batch!.lengths)
    const want = tensors.f32('1.last_hidden_state')
    const width = encoder.config.hidden_size
    batch!.lengths.forEach((_, row) => {
      const from = row * batch!.padded_to * width
      const cut = want.data.slice(from, from + longest * width)
      expect(relativeError(filled.data.slice(row * longest * width, (row + 1) * longest * width), cut)).toBeLessThan(TOLERANCE)
    })
  })

  test('weights of 16 bits are used as they lie in their file, with the numbers of widened ones', async () => {
    const source = openFolder(fixturePath('gemma3'))
    const [narrow, wide] = [join(folder, 'bf16'), join(folder, 'f32')]
    for (const target of [narrow, wide]) cpSync(fixturePath('gemma3', 'config.json'), join(target, 'config.json'))
    await convertWeights(source, join(narrow, 'model.safetensors'), 'bf16')
    await convertWeights(openFolder(narrow), join(wide, 'model.safetensors'), 'f32')
    const states = []
    for (const target of [narrow, wide]) {
      const opened = await openGemma3(target)
      states.push((await opened.encode([2, 7, 11, 300])).features.data)
      await opened.release()
    }
    expect(relativeError(states[0]!, states[1]!)).toBeLessThan(1e-6)
  })

  test('tokens outside the vocabulary and masks of another shape are refused', async () => {
    await expect(encoder.encode([2, 320])).rejects.toThrow('Token 320 is outside the vocabulary of 320')
    await expect(encoder.encode([-1])).rejects.toThrow('Token -1')
    await expect(encoder.run(i64([1, 2], [2, 3]), i64([1, 1], [1]))).rejects.toThrow('(1,2) and mask (1,1)')
  })
})
