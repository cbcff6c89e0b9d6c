import { expect, test } from 'vitest'
import { z } from 'zod'
import { readOptions } from './options'

const schema = z.object({
  num_steps: z.number().int().min(1).max(1000).default(1),
  sample_type: z.enum(['transition', 'ddiffusion']).optional(),
})

test('what is left out has its default', () => {
  expect(readOptions(undefined, schema)).toEqual({ num_steps: 1 })
  expect(readOptions('{"num_steps": 8}', schema)).toEqual({ num_steps: 8 })
})

test.each([
  ['{"steps": 8}', "Unknown option 'steps'"],
  ['{"num_steps": 0}', "Option 'num_steps'"],
  ['{"num_steps": NaN}', '--options is not JSON'],
  ['{"sample_type": "flow"}', "Option 'sample_type'"],
  ['[1]', 'no object'],
])('%s is refused', (text, message) => {
  expect(() => readOptions(text, schema)).toThrow(message)
})

test('the remedy lists the options there are', () => {
  expect(() => readOptions('{"steps": 8}', schema)).toThrow(
    expect.objectContaining({ remedy: 'Its options are num_steps, sample_type.' }),
  )
})
