import { expect, test } from 'vitest'
import type { DeviceVerdict } from '#shared/schema/device'
import { DeviceChoice, detourNote } from './device-choice'

const works: DeviceVerdict = {
  provider: 'webgpu',
  works: true,
  note: 'fine',
  fused: ['MultiHeadAttention'],
  f16: true,
  gflops: 900,
}
const cpu: DeviceVerdict = { ...works, provider: 'cpu', gflops: 100 }
const broken: DeviceVerdict = { provider: 'cuda', works: false, note: 'no card', fused: [], f16: false, gflops: 0 }

test('the fastest that works draws, until it fails with a model', () => {
  const kept: DeviceVerdict[] = []
  const choice = new DeviceChoice([works, cpu, broken], 'auto', (verdict) => kept.push(verdict))
  expect(choice.working).toEqual(['cpu', 'webgpu'])
  expect(choice.providerFor('/a')).toBe('webgpu')
  expect(choice.fusedOn('webgpu')).toEqual(['MultiHeadAttention'])
  choice.refuse('/a', 'webgpu', new Error('out of memory\nat line 7'))
  expect(choice.providerFor('/a')).toBe('cpu')
  expect(choice.providerFor('/b')).toBe('webgpu')
  expect(choice.refusalOf('/a', 'webgpu')).toBe('out of memory')
  // What was kept holds at the next start too.
  expect(new DeviceChoice(kept).providerFor('/a')).toBe('cpu')
})

test('a provider that was chosen draws, but not one that is known not to work', () => {
  expect(new DeviceChoice([cpu], 'webgpu').providerFor('/a')).toBe('webgpu')
  expect(new DeviceChoice([broken], 'cuda').providerFor('/a')).toBe('cpu')
  expect(new DeviceChoice([works], 'cpu').providerFor('/a')).toBe('cpu')
})

test('a detour is told in words', () => {
  expect(detourNote('cuda', 'cpu', 'no card')).toBe('NVIDIA (CUDA) could not be used (no card): drawn on Processor instead.')
})
