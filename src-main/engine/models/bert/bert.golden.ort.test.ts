import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import type { Tensor } from '../../ir/tensor'
import { createBuilder } from '../../ops/table'
import { openSession } from '../../runtime/session'
import { readAllF32 } from '../../weights/convert'
import { openSafetensors } from '../../weights/safetensors'
import { bertGraph } from './build'
import { BertConfig } from './config'

const folder = join(import.meta.dirname, '../../../../test/golden/fixtures/bert')

/** ‖a − b‖ / ‖b‖. */
function relativeError(a: Tensor, b: Tensor): number {
  const [x, y] = [a.data as Float32Array, b.data as Float32Array]
  const norm = (values: Iterable<number>): number => Math.sqrt([...values].reduce((sum, v) => sum + v * v, 0))
  return norm(x.map((v, i) => v - (y[i] ?? NaN))) / norm(y)
}

it.each([0, 1])('agrees with transformers on case %i, padding included', async (index) => {
  const config = BertConfig.parse(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')))
  const cases = openSafetensors(join(folder, 'cases.safetensors'))
  const session = await openSession(bertGraph(createBuilder(), config), {
    weights: readAllF32(openSafetensors(join(folder, 'model.safetensors'))),
    threads: 1,
  })
  const result = await session.run({ ids: cases.read(`${index}.ids`), mask: cases.read(`${index}.mask`) })
  await session.release()
  expect(relativeError(result['last_hidden_state'] as Tensor, cases.read(`${index}.last_hidden_state`))).toBeLessThan(5e-6)
})
