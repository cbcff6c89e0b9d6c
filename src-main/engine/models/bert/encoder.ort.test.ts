import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../ir/tensor'
import { openSafetensors } from '../../weights/safetensors'
import { openTextEncoder } from './encoder'

const root = join(import.meta.dirname, '../../../..')
const fixtures = join(root, 'test/golden/fixtures/minilm')
const shipped = join(root, 'assets/starter/text')
/** The original f32 weights are not in the repository; TIM_MINILM names a folder that has them. */
const original = process.env['TIM_MINILM']

const { prompts } = JSON.parse(readFileSync(join(fixtures, 'cases.json'), 'utf8')) as {
  readonly prompts: readonly { readonly case: number; readonly prompt: string; readonly ids: readonly number[] }[]
}
const cases = openSafetensors(join(fixtures, 'cases.safetensors'))

/** ‖a − b‖ / ‖b‖ of an encoder's states against the reference's, for each prompt. */
async function errors(folder: string): Promise<number[]> {
  const encoder = await openTextEncoder(folder, { threads: 1 })
  const found: number[] = []
  for (const { case: index, prompt, ids } of prompts) {
    expect(encoder.tokenize(prompt)).toEqual(ids)
    const [states] = await encoder.states([prompt])
    const truth = (cases.read(`${index}.last_hidden_state`) as Tensor<'f32'>).data
    const norm = (values: Float32Array): number => Math.hypot(...values)
    found.push(norm(truth.map((x, i) => x - (states?.data[i] ?? NaN))) / norm(truth))
  }
  // Prompts in one batch, with padding between them, give what each gives alone.
  const [first] = await encoder.states([prompts[0]?.prompt ?? ''])
  const [together] = await encoder.states(prompts.map(({ prompt }) => prompt))
  first?.data.forEach((x, i) => expect(Math.abs(x - (together?.data[i] ?? NaN))).toBeLessThan(1e-4))
  await encoder.release()
  return found
}

describe('all-MiniLM-L6-v2', () => {
  it.skipIf(original === undefined || !existsSync(original))('agrees with transformers in f32', async () => {
    for (const error of await errors(original ?? '')) expect(error).toBeLessThan(5e-6)
  })

  // 8-bit rows cost 2 to 4 % of the states' length, 8 % for the empty prompt; the model was trained on just these.
  it.skipIf(!existsSync(shipped))('as shipped, splits prompts alike and stays near', async () => {
    for (const error of await errors(shipped)) expect(error).toBeLessThan(0.09)
  })
})
