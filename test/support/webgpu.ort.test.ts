import { expect, test } from 'vitest'
import { f32 } from '../../src-main/engine/ir/tensor'
import { createBuilder } from '../../src-main/engine/ops/table'
import { openSession } from '../../src-main/engine/runtime/session'
import { useSoftwareWebGpu } from './webgpu'

test.runIf(process.platform === 'linux')('plain Node reaches WebGPU through the software driver beside Electron', async () => {
  expect(useSoftwareWebGpu()).toHaveProperty('VK_ICD_FILENAMES')
  const b = createBuilder()
  const x = b.input('x', 'f32', [2, 2])
  const session = await openSession(b.graph({ y: b.matMul(x, x) }), { provider: 'webgpu' })
  const { y } = await session.run({ x: f32([2, 2], [1, 2, 3, 4]) })
  expect([...(y?.data ?? [])]).toEqual([7, 10, 15, 22])
  await session.release()
})
