import { expect, test } from 'vitest'
import { providersToTry, type DeviceVerdict } from './device'

const verdict = (provider: DeviceVerdict['provider'], gflops: number, works = true): DeviceVerdict => ({
  provider,
  works,
  note: '',
  fused: [],
  f16: false,
  gflops,
})

test('left to the studio, what works and is faster than the CPU comes first', () => {
  const verdicts = [verdict('cpu', 100), verdict('webgpu', 900), verdict('cuda', 9000), verdict('dml', 1e6, false)]
  expect(providersToTry('auto', verdicts)).toEqual(['cuda', 'webgpu', 'cpu'])
})

test('a driver that computes on the processor is not chosen by itself', () => {
  expect(providersToTry('auto', [verdict('cpu', 100), verdict('webgpu', 5)])).toEqual(['cpu'])
  expect(providersToTry('auto', [])).toEqual(['cpu'])
})

test('what is asked for comes first, the CPU after it', () => {
  expect(providersToTry('webgpu', [verdict('cuda', 9000)])).toEqual(['webgpu', 'cpu'])
  expect(providersToTry('cpu', [verdict('cuda', 9000)])).toEqual(['cpu'])
})
