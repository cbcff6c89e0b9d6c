import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { DeviceVerdict } from '#shared/schema/device'
import { temporaryFolder } from '../../../../test/support/temporary-folder'
import { useSoftwareWebGpu } from '../../../../test/support/webgpu'
import { cudaAbsence } from '../../runtime/cuda'
import { absenceOf } from '../../runtime/devices'
import { checkDevice, unusable } from './check-device'
import { keepVerdicts, machineKey, readVerdicts } from './device-report'

const folder = temporaryFolder()

test('the CPU computes as the host does, fused attention too', async () => {
  expect(await checkDevice('cpu')).toMatchObject({ works: true, fused: ['MultiHeadAttention'] })
})

test.runIf(useSoftwareWebGpu())('a software driver passes, but for the fused attention that it computes wrongly', async () => {
  const verdict = await checkDevice('webgpu')
  expect(verdict).toMatchObject({ works: true, fused: [] })
  expect(verdict.gflops).toBeGreaterThan(0)
})

test.runIf(process.platform !== 'win32')(
  'a provider of another system is refused, not replaced by the CPU in silence',
  async () => {
    const verdict = await checkDevice('dml')
    expect(verdict).toMatchObject({ works: false, gflops: 0 })
    expect(verdict.note).toContain('it needs Windows')
  },
)

test('a provider of another system is named with what it needs', () => {
  expect(absenceOf('coreml', 'linux-x64')).toBe('not part of the runtime for linux-x64: it needs a Mac with Apple silicon')
  expect(absenceOf('cpu', 'linux-x64')).toBeUndefined()
  expect(absenceOf('cpu', 'darwin-x64')).toContain('any machine')
})

describe('CUDA is left alone, and the reason named,', () => {
  const there = join(folder, 'there')
  mkdirSync(there)
  const provide = (version?: string): void => {
    writeFileSync(join(there, 'libonnxruntime_providers_cuda.so'), '')
    if (version) writeFileSync(join(there, 'libonnxruntime_providers_cuda.version'), `${version}\n`)
  }
  const all = 'libcudart.so.13 libcublas.so.13 libcublasLt.so.13 libcurand.so.10 libcudnn.so.9'
  const cache = join(folder, 'ld.so.cache')
  writeFileSync(cache, all)
  const places = { runtime: there, version: '1.29.0', driver: [there], libraries: [], cache }

  test('without a card, without its library, with one of another release, without CUDA itself', () => {
    expect(cudaAbsence({ ...places, driver: [join(folder, 'nothing')] })).toBe('no NVIDIA card with its driver was found')
    expect(cudaAbsence(places)).toContain('is not installed')
    provide()
    expect(cudaAbsence(places)).toBe('its library is for ONNX Runtime an unknown release, the studio uses 1.29.0')
    provide('1.28.0')
    expect(cudaAbsence(places)).toBe('its library is for ONNX Runtime 1.28.0, the studio uses 1.29.0')
    provide('1.29.0')
    expect(cudaAbsence({ ...places, cache: join(folder, 'nothing') })).toContain('libcudnn.so.9 missing')
    expect(cudaAbsence(places)).toBeUndefined()
  })
})

describe('verdicts', () => {
  const works: DeviceVerdict = { provider: 'webgpu', works: true, note: 'fine', fused: [], f16: true, gflops: 900 }
  const file = join(folder, 'devices.json')

  test('are kept for one state of runtime and drivers, one for each provider', async () => {
    await keepVerdicts(file, [works, unusable('cuda', 'no card')])
    await keepVerdicts(file, [{ ...works, gflops: 1000 }])
    expect(readVerdicts(file).find(({ provider }) => provider === 'webgpu')?.gflops).toBe(1000)
    expect(readVerdicts(file)).toHaveLength(2)
    expect(readVerdicts(file, `${machineKey()} new driver`)).toEqual([])
  })

  test('that cannot be read are none', () => {
    writeFileSync(file, '{"version": 1, "machine": 7}')
    expect(readVerdicts(file)).toEqual([])
    expect(readVerdicts(join(folder, 'absent.json'))).toEqual([])
  })
})
