import { expect, test } from 'vitest'
import { probeTensors } from '../../src-main/engine/jobs/probe/probe'
import { fixtureCases, fixturePath, fixtureTensors, relativeError } from '../support/fixtures'
import { useSoftwareWebGpu } from '../support/webgpu'

interface SamplerCase {
  readonly case: number
  readonly network: string
  readonly noises: number
  readonly transport: string
  readonly num_steps: number
}

const { f32 } = fixtureTensors('sampler')

const cases = fixtureCases<SamplerCase[]>('sampler')

async function compare(
  { case: index, network, noises, ...described }: SamplerCase,
  provider: 'cpu' | 'webgpu',
  tolerance: number,
): Promise<void> {
  const options = Object.fromEntries(Object.entries(described).filter(([name]) => name !== 'f32err'))
  const drawn = Array.from({ length: noises }, (_, k) => [`noise.${k}`, f32(`${index}.noise.${k}`)] as const)
  const tensors = { z: f32('z'), y: f32('y'), y_null: f32('y_null'), ...Object.fromEntries(drawn) }
  const { trajectory } = await probeTensors('sampler', { tensors, options, model: fixturePath(network), provider })
  const error = relativeError(trajectory?.data as Float32Array, f32(`${index}.trajectory`).data)
  if (process.env['TIM_PRINT_ERRORS']) console.log(`sampler ${index}: ${error.toExponential(1)}`)
  expect(error).toBeLessThan(tolerance)
}

test.each(cases)('case $case: $transport, $num_steps steps', (given) => compare(given, 'cpu', 2e-6))

// A software driver compiles every shader anew: a guided and a stochastic case in every run, all of them in the long one.
const onGpu = process.env['TIM_TEST_LONG'] ? cases : cases.filter((given) => [5, 7].includes(given.case))
test.runIf(useSoftwareWebGpu()).each(onGpu)(
  'case $case on WebGPU: $transport, $num_steps steps',
  (given) => compare(given, 'webgpu', 1e-3),
  240_000,
)
