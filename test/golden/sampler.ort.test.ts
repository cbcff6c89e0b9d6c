import { expect, test } from 'vitest'
import { probeTensors } from '../../src-main/engine/jobs/probe/probe'
import { fixtureCases, fixturePath, fixtureTensors, relativeError } from '../support/fixtures'

interface SamplerCase {
  readonly case: number
  readonly network: string
  readonly noises: number
  readonly transport: string
  readonly num_steps: number
}

const { f32 } = fixtureTensors('sampler')

test.each(fixtureCases<SamplerCase[]>('sampler'))(
  'case $case: $transport, $num_steps steps',
  async ({ case: index, network, noises, ...described }) => {
    const options = Object.fromEntries(Object.entries(described).filter(([name]) => name !== 'f32err'))
    const drawn = Array.from({ length: noises }, (_, k) => [`noise.${k}`, f32(`${index}.noise.${k}`)] as const)
    const tensors = { z: f32('z'), y: f32('y'), y_null: f32('y_null'), ...Object.fromEntries(drawn) }
    const { trajectory } = await probeTensors('sampler', { tensors, options, model: fixturePath(network) })
    const error = relativeError(trajectory?.data as Float32Array, f32(`${index}.trajectory`).data)
    if (process.env['TIM_PRINT_ERRORS']) console.log(`sampler ${index}: ${error.toExponential(1)}`)
    expect(error).toBeLessThan(2e-6)
  },
)
